import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';
import type { Courier } from '../webhook.ts';
import type { Agenda } from './agenda.ts';
import type { Card } from './card.ts';

/** An object and the connected account it belongs to; null is the platform's own account. */
export interface Owned<Value> {
  account: string | null;
  /** Whether it is of live mode; this server's keys are of test mode and never see it. */
  isLive?: boolean;
  object: Value;
}

/** What the imitated provider keeps of each charge. */
export interface FeeRate {
  basisPoints: number;
  fixedMinor: number;
}

/** Everything the stand-in remembers, and the ways out for its webhooks and for what happens later. */
export interface Book {
  store: Store;
  courier: Courier;
  agenda: Agenda;
  fee: FeeRate;
  intents: Shelf<Owned<Stripe.PaymentIntent>>;
  charges: Shelf<Owned<Stripe.Charge>>;
  refunds: Shelf<Owned<Stripe.Refund>>;
  disputes: Shelf<Owned<Stripe.Dispute>>;
  warnings: Shelf<Owned<Stripe.Radar.EarlyFraudWarning>>;
  movements: Shelf<Owned<Stripe.BalanceTransaction>>;
  payouts: Shelf<Owned<Stripe.Payout>>;
  /** Cards by the id of the payment method they became. */
  methods: Shelf<Owned<Card>>;
  events: Shelf<Owned<Stripe.Event>>;
  /** Which objects belong to which: ids of the latter under `{id of the former} {id of the latter}`. */
  links: Shelf<string>;
  /** What an account has, by account, mode and currency. */
  balances: Shelf<{ currency: string; amountMinor: number }>;
}

/** Who calls, on whose behalf, and when. Every verb of this folder gets one. */
export interface Caller {
  account: string | null;
  isLive: boolean;
  /** A publishable key may only touch a PaymentIntent whose client secret it knows. */
  keyKind: 'secret' | 'publishable';
  /** Null for what the provider does of itself. */
  requestId: string | null;
  idempotencyKey: string | null;
  /** Where this server was reached, without a slash at the end. */
  origin: string;
  now: Date;
}

/** Opens the book in a store. */
export function openBook(store: Store, courier: Courier, agenda: Agenda, fee: FeeRate): Book {
  return {
    store,
    courier,
    agenda,
    fee,
    intents: openShelf(store, 'stripe.payment_intent'),
    charges: openShelf(store, 'stripe.charge'),
    refunds: openShelf(store, 'stripe.refund'),
    disputes: openShelf(store, 'stripe.dispute'),
    warnings: openShelf(store, 'stripe.early_fraud_warning'),
    movements: openShelf(store, 'stripe.balance_transaction'),
    payouts: openShelf(store, 'stripe.payout'),
    methods: openShelf(store, 'stripe.payment_method'),
    events: openShelf(store, 'stripe.event'),
    links: openShelf(store, 'stripe.link'),
    balances: openShelf(store, 'stripe.balance'),
  };
}

/** Whether the caller may know of something: it is of its account and its mode. */
export function isOwn(owned: Owned<unknown>, caller: Caller): boolean {
  return owned.account === caller.account && (owned.isLive ?? false) === caller.isLive;
}

/** Finds an object of the caller's account; one of another account does not exist for it. */
export function findOwn<Value>(shelf: Shelf<Owned<Value>>, id: string, caller: Caller): Value | undefined {
  const found = shelf.get(id);
  return found !== undefined && isOwn(found, caller) ? found.object : undefined;
}

/** Stores a new or changed object for the caller's account. */
export function keep<Value extends { id: string }>(shelf: Shelf<Owned<Value>>, caller: Caller, object: Value): Value {
  shelf.put(object.id, { account: caller.account, ...(caller.isLive ? { isLive: true } : {}), object });
  return object;
}

/** Notes that `child` belongs to `parent`. */
export function link(book: Book, parent: string, child: string): void {
  book.links.put(`${parent} ${child}`, child);
}

/** The caller's objects on a shelf that belong to `parent`, oldest first. `prefix` is that of their ids. */
export function childrenOf<Value>(
  book: Book,
  shelf: Shelf<Owned<Value>>,
  caller: Caller,
  parent: string,
  prefix: string,
): Value[] {
  return book.links.list(`${parent} ${prefix}`).flatMap((id) => findOwn(shelf, id, caller) ?? []);
}

/** The provider itself, acting on what belongs to an account. */
export function actFor({ account, isLive }: { account: string | null; isLive?: boolean }, origin = ''): Caller {
  return {
    account,
    isLive: isLive ?? false,
    keyKind: 'secret',
    requestId: null,
    idempotencyKey: null,
    origin,
    now: new Date(),
  };
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

/** The id in a field that may hold the object itself. */
export function idOf(reference: string | { id: string } | null | undefined): string {
  return typeof reference === 'object' ? (reference?.id ?? '') : (reference ?? '');
}
