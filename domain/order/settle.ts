import { schedule } from '../allocation/schedule.ts';
import type { PlannedRelease, VestingPolicy } from '../allocation/schedule.ts';
import { accrue } from '../commission/accrue.ts';
import type { CommissionPlan, CommissionShare, ReferralLevel } from '../commission/accrue.ts';
import type { RefusalCode } from '../error.ts';
import { commissionAccrued, paymentSettled, tokensOwed } from '../ledger/transfer.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { SiteSettings } from '../site/settings.ts';
import { addDays } from '../time.ts';
import type { OrderStatus } from './state.ts';

export interface SettleInput {
  readonly order: {
    readonly id: string;
    readonly siteId: string;
    readonly userId: string;
    readonly status: OrderStatus;
    readonly amountMinor: bigint;
    readonly currency: string;
    readonly tokenBase: bigint;
    readonly walletAddress: string;
    readonly quantity: number;
    readonly tierId: string;
    /** Null until recorded. An order adopts one only after reading it back from the provider, before it comes here. */
    readonly paymentIntentId: string | null;
    /** The connected account that took the money; null for the platform's own. */
    readonly account: string | null;
    /** An earlier settled order already bound this buyer to a referrer. */
    readonly referrerBound: boolean;
  };
  /** What the provider says was captured. */
  readonly fact: {
    readonly paymentIntentId: string;
    readonly account: string | null;
    readonly amountMinor: bigint;
    /** In either letter case: the provider writes it small. */
    readonly currency: string;
  };
  /** The order's own copy of the chain above the buyer. */
  readonly chain: readonly ReferralLevel[];
  /** Null when the site pays no commission. */
  readonly plan: CommissionPlan | null;
  readonly policy: VestingPolicy;
  readonly settings: Pick<SiteSettings, 'riskWindowDays' | 'referralDepth'>;
  readonly now: Date;
  /** Makes a fresh UUIDv7. */
  readonly newId: () => string;
}

export interface SettledRelease extends PlannedRelease {
  readonly id: string;
  readonly state: 'scheduled' | 'due';
}

/** An accrued commission on hold. */
export interface CommissionEntry extends CommissionShare {
  readonly id: string;
  readonly currency: string;
  /** When the hold ends. */
  readonly readyAt: Date;
}

/** Everything one captured payment changes, to be written in one commit. */
export interface Settle {
  readonly kind: 'settle';
  readonly allocation: {
    readonly id: string;
    readonly totalBase: bigint;
    readonly releases: readonly SettledRelease[];
  };
  readonly commissions: readonly CommissionEntry[];
  readonly transfers: readonly Transfer[];
  /** The end of the card-risk window. */
  readonly payableFrom: Date;
  /** Bind the buyer to level 1 of the chain, for good. */
  readonly bindReferrer: boolean;
}

export type Settlement =
  | { readonly kind: 'already_paid' }
  /** Nothing is applied; the event is kept and an operator is told. */
  | { readonly kind: 'parked'; readonly reason: RefusalCode }
  | Settle;

/**
 * Decides what a captured payment does to its order.
 *
 * The payment must be the order's own in every respect before anything else is asked: a second PaymentIntent for a paid
 * order is a mismatch, not a repetition. A repetition changes nothing. Money for an order that no longer waits for it
 * is parked.
 */
export function decideSettlement(input: SettleInput): Settlement {
  const { order, fact } = input;
  if (!isOwnPayment(order, fact)) return { kind: 'parked', reason: 'payment.mismatch' };
  switch (order.status) {
    case 'paid':
    case 'refunded':
      return { kind: 'already_paid' };
    case 'cancelled':
    case 'expired':
    case 'review':
      return { kind: 'parked', reason: 'order.state' };
    case 'pending':
      return settle(input);
  }
}

function isOwnPayment(order: SettleInput['order'], fact: SettleInput['fact']): boolean {
  return (
    fact.paymentIntentId === order.paymentIntentId &&
    fact.account === order.account &&
    fact.amountMinor === order.amountMinor &&
    fact.currency.toUpperCase() === order.currency
  );
}

function settle({ order, chain, plan, policy, settings, now, newId }: SettleInput): Settle {
  const releases = schedule(policy, order.tokenBase, now).map((planned): SettledRelease => ({
    ...planned,
    id: newId(),
    state: planned.dueAt <= now ? 'due' : 'scheduled',
  }));
  const upwards = chain.filter(({ level }) => level <= settings.referralDepth);
  const shares =
    plan === null ? [] : accrue({ netMinor: order.amountMinor, buyerId: order.userId, chain: upwards, plan });
  const commissions = shares.map((share): CommissionEntry => ({
    ...share,
    id: newId(),
    currency: order.currency,
    readyAt: addDays(now, share.holdDays),
  }));
  return {
    kind: 'settle',
    allocation: { id: newId(), totalBase: order.tokenBase, releases },
    commissions,
    transfers: transfersOf(order, commissions),
    payableFrom: addDays(now, settings.riskWindowDays),
    bindReferrer: !order.referrerBound && upwards.length > 0,
  };
}

function transfersOf(order: SettleInput['order'], commissions: readonly CommissionEntry[]): Transfer[] {
  const { id: orderId, userId: buyerId, amountMinor, currency, tokenBase: amountBase } = order;
  // An order of amount zero brings no money to post, but its tokens are owed all the same.
  const money = amountMinor === 0n ? [] : [paymentSettled({ orderId, currency, amountMinor })];
  return [
    ...money,
    tokensOwed({ orderId, buyerId, amountBase }),
    ...commissions.map((entry) => commissionAccrued({ ...entry, entryId: entry.id })),
  ];
}
