import Stripe from 'stripe';
import { openStore } from '../store.ts';
import { API_VERSION } from './event.ts';
import { listen } from './listen.ts';
import type { Call, Listener } from './listen.ts';
import { startStripe } from './start.ts';
import type { StripeStandIn } from './start.ts';

/** A webhook endpoint for tests. `respond` decides each answer and may change in mid-test. */
export interface Inbox extends Listener {
  calls: Call[];
  respond: (call: Call) => number;
  /** Waits until `count` calls have come. Throws after five seconds, naming what did come. */
  until(count: number): Promise<void>;
}

/** A stand-in under test with its webhook endpoint and the real SDK pointed at it. */
export interface Rig extends AsyncDisposable {
  standIn: StripeStandIn;
  inbox: Inbox;
  stripe: Stripe;
  /** The SDK as the browser would use the API: with the publishable key. */
  browser: Stripe;
  control(verb: string, body?: unknown): Promise<unknown>;
  /** Waits until everything was delivered or given up. */
  quiet(): Promise<void>;
}

/** The error with which Stripe's SDK tells that a request was refused. */
export async function failure(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error('It was expected to be refused.');
}

/** Pays with a ready-made payment method. */
export async function pay(
  stripe: Stripe,
  method: string,
  params: Partial<Stripe.PaymentIntentCreateParams> = {},
  options: Stripe.RequestOptions = {},
): Promise<Stripe.PaymentIntent> {
  const confirmed = { confirm: true, return_url: 'http://na.localhost:8787/orders/1', payment_method: method };
  return stripe.paymentIntents.create({ amount: 20_000, currency: 'usd', ...confirmed, ...params }, options);
}

/** The secret that signs the webhooks of a rig. */
export const WEBHOOK_SECRET = 'whsec_rig';

/** Opens a webhook endpoint that answers 200. */
export async function openInbox(): Promise<Inbox> {
  const calls: Call[] = [];
  const listener = await listen(0, (call) => {
    calls.push(call);
    return Promise.resolve({ status: inbox.respond(call), body: '' });
  });
  const until = async (count: number): Promise<void> => {
    const end = Date.now() + 5_000;
    while (calls.length < count) {
      if (Date.now() > end) throw new Error(`Only ${calls.length} of ${count} webhooks came.`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const inbox: Inbox = { ...listener, calls, respond: () => 200, until };
  return inbox;
}

/**
 * Boots a stand-in with its inbox.
 *
 * @param file where it keeps its state; in memory unless a test restarts it
 */
export async function bootRig(file = ':memory:', inbox?: Inbox): Promise<Rig> {
  const box = inbox ?? (await openInbox());
  const store = openStore(file);
  const standIn = await startStripe({
    store,
    webhook: { url: `${box.url}/api/v1/webhooks/stripe`, host: 'platform.localhost:8787', secret: WEBHOOK_SECRET },
    secretKey: 'sk_test_rig',
    publishableKey: 'pk_test_rig',
    accounts: ['acct_na', 'acct_asia'],
  });
  const connect = (key: string): Stripe =>
    new Stripe(key, {
      apiVersion: API_VERSION,
      host: '127.0.0.1',
      port: standIn.port,
      protocol: 'http',
      maxNetworkRetries: 0,
    });
  const control: Rig['control'] = async (verb, body) => {
    const init = body === undefined ? { method: 'POST' } : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${standIn.url}/_control/${verb}`, /^(deliveries|quiet)/.test(verb) ? {} : init);
    return answer.json();
  };
  const quiet = async (): Promise<void> => {
    for (let state = await control('quiet'); !isQuiet(state); state = await control('quiet')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    standIn,
    inbox: box,
    control,
    quiet,
    stripe: connect('sk_test_rig'),
    browser: connect('pk_test_rig'),
    [Symbol.asyncDispose]: async () => {
      await standIn.stop();
      store.close();
      if (inbox === undefined) await box.stop();
    },
  };
}

function isQuiet(state: unknown): boolean {
  return (state as { pending: number }).pending === 0;
}
