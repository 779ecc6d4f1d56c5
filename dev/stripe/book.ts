import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';
import type { Courier } from '../webhook.ts';
import type { Card } from './card.ts';

/** An object and the connected account it belongs to; null is the platform's own account. */
export interface Owned<Value> {
  account: string | null;
  object: Value;
}

/** Everything the stand-in remembers, and the way out for its webhooks. */
export interface Book {
  store: Store;
  courier: Courier;
  intents: Shelf<Owned<Stripe.PaymentIntent>>;
  charges: Shelf<Owned<Stripe.Charge>>;
  /** Cards by the id of the payment method they became. */
  methods: Shelf<Owned<Card>>;
  events: Shelf<Owned<Stripe.Event>>;
}

/** Who calls, on whose behalf, and when. Every verb of this folder gets one. */
export interface Caller {
  account: string | null;
  /** A publishable key may only touch a PaymentIntent whose client secret it knows. */
  keyKind: 'secret' | 'publishable';
  requestId: string;
  idempotencyKey: string | null;
  now: Date;
}

/** Opens the book in a store. */
export function openBook(store: Store, courier: Courier): Book {
  return {
    store,
    courier,
    intents: openShelf(store, 'stripe.payment_intent'),
    charges: openShelf(store, 'stripe.charge'),
    methods: openShelf(store, 'stripe.payment_method'),
    events: openShelf(store, 'stripe.event'),
  };
}

/** Finds an object of the caller's account; one of another account does not exist for it. */
export function findOwn<Value>(shelf: Shelf<Owned<Value>>, id: string, caller: Caller): Value | undefined {
  const found = shelf.get(id);
  return found?.account === caller.account ? found.object : undefined;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A random id such as `pi_3…`: a prefix and `length` letters and digits. */
export function makeId(prefix: string, length = 24): string {
  const letters = Array.from(randomBytes(length), (byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return prefix + letters.join('');
}

/** A time in Stripe's unit, whole seconds since 1970. */
export function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
