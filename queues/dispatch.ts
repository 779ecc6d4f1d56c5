import { DomainError } from '../domain/error.ts';
import type {
  FireblocksMessage,
  Message,
  StripeMessage,
  SweepMessage,
  WorkMessage,
  WorkNoun,
} from '../domain/message.ts';
import { isSweepName } from '../domain/sweep.ts';
import { receiveCustodyEvent } from './custody/receive.ts';
import { replayDeadLetter } from './dead_letter/replay.ts';
import { storedEvent } from './inbox/stored.ts';
import { attendOrder } from './order/attend.ts';
import { resolveReview } from './order/resolve.ts';
import type { Outcome } from './outcome.ts';
import { receivePaymentEvent } from './payment/receive.ts';
import { submitRelease } from './payout/submit.ts';
import type { Ports } from './ports.ts';
import { submitRefund } from './refund/submit.ts';
import { runSweep } from './sweep/run.ts';

interface Handlers {
  readonly stripe: (ports: Ports, message: StripeMessage) => Promise<Outcome>;
  readonly fireblocks: (ports: Ports, message: FireblocksMessage) => Promise<Outcome>;
  readonly work: (ports: Ports, message: WorkMessage) => Promise<Outcome>;
  readonly sweep: (ports: Ports, message: SweepMessage) => Promise<Outcome>;
}

const WORK: Record<WorkNoun, (ports: Ports, site: string, id: string) => Promise<Outcome>> = {
  order: attendOrder,
  release: submitRelease,
  refund: submitRefund,
  review: resolveReview,
  // Whatever is stored is a message again: it goes the way it would have gone, and may be refused as it was then.
  event: async (ports, site, id) => dispatch(ports, await storedEvent(ports, site, id)),
  dead_letter: (ports, site, id) => replayDeadLetter(ports, site, id, (message) => dispatch(ports, message)),
};

const HANDLERS: Handlers = {
  stripe: receivePaymentEvent,
  fireblocks: receiveCustodyEvent,
  work: (ports, { site, noun, id }) => WORK[noun](ports, site, id),
  sweep: async (ports, { site, name }) => {
    if (!isSweepName(name)) throw new DomainError('request.malformed', { detail: 'There is no such sweep.' });
    return runSweep(ports, name, site);
  },
};

/**
 * Hands a message to what handles its kind. Either queue may carry any kind: the queue says who waits for whom, the
 * message says what is to be done.
 *
 * @throws DomainError `request.malformed` for a sweep that nobody runs.
 */
export function dispatch(ports: Ports, message: Message, handlers: Handlers = HANDLERS): Promise<Outcome> {
  switch (message.kind) {
    case 'stripe':
      return handlers.stripe(ports, message);
    case 'fireblocks':
      return handlers.fireblocks(ports, message);
    case 'work':
      return handlers.work(ports, message);
    case 'sweep':
      return handlers.sweep(ports, message);
  }
}
