import { createHmac } from 'node:crypto';
import type Stripe from 'stripe';
import type { Store } from '../store.ts';
import { Courier } from '../webhook.ts';
import type { WebhookTarget } from '../webhook.ts';
import { authenticate } from './authenticate.ts';
import type { Access } from './authenticate.ts';
import { openBook } from './book.ts';
import type { Book } from './book.ts';
import { control } from './control.ts';
import { StripeFailure } from './error.ts';
import { API_VERSION } from './event.ts';
import { decodeForm } from './form.ts';
import { rememberAnswers } from './idempotency.ts';
import type { Once } from './idempotency.ts';
import { listen } from './listen.ts';
import type { Answer, Call, Listener } from './listen.ts';
import { findRoute } from './route.ts';
import { serveScript } from './script.ts';

/** What the stand-in needs to know. */
export interface StripeOptions extends Access {
  /** 0 or nothing: a free port. */
  port?: number;
  store: Store;
  webhook: WebhookTarget & { secret: string };
}

/** A running stand-in. `url` is both the API's base and the place of `/stripe.js` and `/_control/`. */
export interface StripeStandIn extends Listener {
  /** All events of all accounts, oldest first. */
  events(): Stripe.Event[];
}

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
  const book = openBook(store, courier);
  const once = rememberAnswers(store);
  const listener = await listen(
    options.port ?? 0,
    async (call) => (await control(call, courier)) ?? (await serveScript(call)) ?? answerApi(call, options, book, once),
  );
  return {
    ...listener,
    events: () => book.events.list().map((owned) => owned.object),
    stop: async () => {
      await listener.stop();
      await courier.stop();
    },
  };
}

/** The `Stripe-Signature` header of a body: the time and the HMAC-SHA256 of time and body. */
export function signBody(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

function answerApi(call: Call, access: Access, book: Book, once: Once): Answer {
  if (call.method === 'OPTIONS') return { status: 200, headers: CORS, body: '' };
  const headers: Record<string, string> = { ...CORS, 'stripe-version': API_VERSION };
  try {
    const run = findRoute(call.method, call.url.pathname);
    const form = decodeForm(call.method === 'POST' ? call.body : call.url.search.slice(1));
    const caller = authenticate(call, form, access, new Date());
    headers['request-id'] = caller.requestId;
    if (caller.account !== null) headers['stripe-account'] = caller.account;
    if (caller.idempotencyKey !== null) headers['idempotency-key'] = caller.idempotencyKey;
    const answer = once(call, caller, () => ({ status: 200, body: run(book, caller, form) }));
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    const failure =
      error instanceof StripeFailure
        ? error
        : new StripeFailure(500, { type: 'api_error', message: `The stand-in failed: ${String(error)}` });
    return { ...failure.toAnswer(), headers };
  }
}
