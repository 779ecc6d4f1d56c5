import { createHmac } from 'node:crypto';
import type Stripe from 'stripe';
import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';
import { Courier } from '../webhook.ts';
import type { WebhookTarget } from '../webhook.ts';
import { Agenda } from './agenda.ts';
import { authenticate } from './authenticate.ts';
import type { Access } from './authenticate.ts';
import { openBook } from './book.ts';
import type { Book, FeeRate } from './book.ts';
import { answerChallenge } from './challenge.ts';
import { StripeFailure } from './error.ts';
import { API_VERSION } from './event.ts';
import { failWith, Faults, keepSilent } from './fault.ts';
import type { Fault } from './fault.ts';
import { decodeForm } from './form.ts';
import { rememberAnswers } from './idempotency.ts';
import type { Once } from './idempotency.ts';
import { listen } from './listen.ts';
import type { Answer, Call, Listener } from './listen.ts';
import { findRoute } from './route.ts';
import { serveScript } from './script.ts';
import { steer } from './steer.ts';
import { carryOut } from './task.ts';

/** What the stand-in needs to know. */
export interface StripeOptions {
  secretKey: string;
  publishableKey: string;
  /** The connected accounts from the start; a control connects others. */
  accounts: readonly string[];
  /** 0 or nothing: a free port. */
  port?: number;
  store: Store;
  webhook: WebhookTarget & { secret: string };
  /** What is kept of a charge: 2.9 % and 30 minor units if nothing is said. */
  fee?: FeeRate;
  /** After how long banks do of themselves what a card stands for, such as a dispute. */
  laterMs?: number;
}

/** A running stand-in. `url` is both the API's base and the place of `/stripe.js` and `/_control/`. */
export interface StripeStandIn extends Listener {
  /** All events of all accounts, oldest first. */
  events(): Stripe.Event[];
}

const FEE: FeeRate = { basisPoints: 290, fixedMinor: 30 };
const LATER_MS = 1_000;

/** Stripe retries over three days; here the same back-off is squeezed into about four minutes. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 60_000, 60_000];

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT, PATCH, POST, DELETE',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, stripe-account, stripe-version',
  'access-control-expose-headers': 'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry',
  'access-control-max-age': '300',
};

/**
 * Starts a local stand-in for Stripe: PaymentIntents, cards, events, signed webhooks, and the browser script.
 *
 * @throws Error with one clear sentence when the port is taken
 */
export async function startStripe(options: StripeOptions): Promise<StripeStandIn> {
  const { store, webhook } = options;
  const courier = new Courier({
    store,
    kind: 'stripe.delivery',
    target: webhook,
    sign: (body) => ({
      'stripe-signature': signBody(body, webhook.secret, new Date()),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    }),
    retryDelaysMs: RETRY_DELAYS_MS,
    isRetried: () => true,
  });
  const agenda = new Agenda(store, options.laterMs ?? LATER_MS);
  const book = openBook(store, courier, agenda, options.fee ?? FEE);
  agenda.start((task) => carryOut(book, task));
  const once = rememberAnswers(store);
  const faults = new Faults();
  const connected = openShelf<boolean>(store, 'stripe.account');
  const access: Access = {
    ...options,
    isConnected: (account) => connected.get(account) ?? options.accounts.includes(account),
  };
  const listener = await listen(
    options.port ?? 0,
    async (call) =>
      (await steer(call, book, faults, (account, isConnected) => connected.put(account, isConnected))) ??
      (await serveScript(call)) ??
      answerChallenge(call, book) ??
      answerApi(call, access, book, once, faults.take(call)),
  );
  return {
    ...listener,
    events: () => book.events.list().map((owned) => owned.object),
    stop: async () => {
      await listener.stop();
      agenda.stop();
      await courier.stop();
    },
  };
}

/** The `Stripe-Signature` header of a body: the time and the HMAC-SHA256 of time and body. */
export function signBody(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

function answerApi(call: Call, access: Access, book: Book, once: Once, fault: Fault | undefined): Answer {
  if (call.method === 'OPTIONS') return { status: 200, headers: CORS, body: '' };
  if (fault?.mode === 'timeout') return keepSilent(fault);
  const headers: Record<string, string> = { ...CORS, 'stripe-version': API_VERSION };
  try {
    const run = findRoute(call.method, call.url.pathname);
    const form = decodeForm(call.method === 'POST' ? call.body : call.url.search.slice(1));
    const caller = authenticate(call, form, access, new Date());
    headers['request-id'] = caller.requestId ?? '';
    if (caller.account !== null) headers['stripe-account'] = caller.account;
    if (caller.idempotencyKey !== null) headers['idempotency-key'] = caller.idempotencyKey;
    const bad = fault?.mode === 'status' || fault?.mode === 'act_then_status' ? failWith(fault) : undefined;
    Object.assign(headers, bad?.headers);
    if (bad?.failure.isExecuted === false) throw bad.failure;
    const answer = once(call, caller, () => {
      const body = fault?.mode === 'status' ? {} : run(book, caller, form);
      if (bad !== undefined) throw bad.failure;
      return { status: 200, body };
    });
    if (fault?.mode === 'act_then_timeout') return keepSilent(fault);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    const failure =
      error instanceof StripeFailure
        ? error
        : new StripeFailure(500, { type: 'api_error', message: `The stand-in failed: ${String(error)}` });
    if (fault?.mode === 'act_then_timeout') return keepSilent(fault);
    return { ...failure.toAnswer(), headers };
  }
}
