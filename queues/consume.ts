import type { Message as Delivery, MessageBatch } from '@cloudflare/workers-types';
import { DomainError } from '../domain/error.ts';
import { parseMessage } from '../domain/message.ts';
import type { Message } from '../domain/message.ts';
import { backoffSeconds } from './backoff.ts';
import { storeDeadLetter } from './dead_letter/store.ts';
import { dispatch } from './dispatch.ts';
import { alertLine, errorFacts, logLine } from './log.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';

/** What the loop calls; tests put their own in. */
export interface Steps {
  readonly dispatch: (ports: Ports, message: Message) => Promise<Outcome>;
  readonly storeDeadLetter: typeof storeDeadLetter;
}

const DEAD_LETTER_QUEUE = /-dlq$/;

/**
 * Takes a batch and settles each message by itself: a bad one never holds back its neighbours. This is the one place
 * that acknowledges, retries or gives up. It never throws, because that would redeliver the whole batch.
 */
export async function consume(
  batch: MessageBatch,
  ports: Ports,
  steps: Steps = { dispatch, storeDeadLetter },
): Promise<void> {
  const isDeadLetter = DEAD_LETTER_QUEUE.test(batch.queue);
  await Promise.all(
    batch.messages.map((delivery) =>
      isDeadLetter ? bury(batch.queue, delivery, ports, steps) : take(batch.queue, delivery, ports, steps),
    ),
  );
}

async function take(queue: string, delivery: Delivery, ports: Ports, steps: Steps): Promise<void> {
  try {
    const message = parseMessage(delivery.body);
    const { outcome, reason } = await steps.dispatch(ports, message);
    delivery.ack();
    logLine({ ...named(queue, delivery), outcome, reason });
  } catch (error) {
    const facts = errorFacts(error);
    if (shouldRetry(error)) {
      delivery.retry({ delaySeconds: backoffSeconds(delivery.attempts) });
      logLine({ ...named(queue, delivery), outcome: 'retry', ...facts });
    } else {
      logLine({ ...named(queue, delivery), outcome: 'refused', ...facts });
      await bury(queue, delivery, ports, steps);
    }
  }
}

/** How often a message that cannot be stored is passed over in silence: the database may only be away. */
const QUIET_ATTEMPTS = 3;

/**
 * Stores a message nobody can handle. Only then is it acknowledged: while the database is away, it stays queued, for as
 * often as its queue allows. After that it would be gone, so a person is told in time.
 */
async function bury(queue: string, delivery: Delivery, ports: Ports, steps: Steps): Promise<void> {
  try {
    await steps.storeDeadLetter(ports, { queue, id: delivery.id, body: delivery.body, attempts: delivery.attempts });
    delivery.ack();
    alertLine('message.dead', named(queue, delivery));
  } catch (error) {
    delivery.retry({ delaySeconds: backoffSeconds(delivery.attempts) });
    const line = { ...named(queue, delivery), outcome: 'retry', ...errorFacts(error) };
    const mayPass = error instanceof DomainError && error.retry && delivery.attempts <= QUIET_ATTEMPTS;
    if (mayPass) logLine(line);
    else alertLine('message.unstored', line);
  }
}

/** An error that names no answer of its own may pass; the queue bounds how often it is tried. */
export function shouldRetry(error: unknown): boolean {
  return error instanceof DomainError ? error.retry : true;
}

/** Names a message in a log. The body is not trusted to have any shape yet. */
function named(queue: string, delivery: Delivery) {
  const body = isRecord(delivery.body) ? delivery.body : {};
  const event = isRecord(body['event']) ? body['event'] : {};
  return {
    queue,
    message: delivery.id,
    attempts: delivery.attempts,
    kind: text(body['kind']),
    site: text(body['site']),
    name: text(body['name'] ?? body['noun'] ?? event['type'] ?? event['eventType']),
    id: text(body['id'] ?? event['id']),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 80) : undefined;
}
