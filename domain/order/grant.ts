import { schedule } from '../allocation/schedule.ts';
import type { PlannedRelease, VestingPolicy } from '../allocation/schedule.ts';
import { accrue } from '../commission/accrue.ts';
import type { CommissionPlan, CommissionShare, ReferralLevel } from '../commission/accrue.ts';
import { unappliedAccepted } from '../ledger/money.ts';
import { commissionAccrued, paymentSettled, tokensOwed } from '../ledger/transfer.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { SiteSettings } from '../site/settings.ts';
import { addDays } from '../time.ts';

/** What a paid order brings is computed from the terms it was placed under. */
export interface GrantTerms {
  readonly order: {
    readonly id: string;
    readonly userId: string;
    readonly amountMinor: bigint;
    readonly currency: string;
    readonly tokenBase: bigint;
    /** An earlier settled order already bound this buyer to a referrer. */
    readonly referrerBound: boolean;
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

export interface GrantedRelease extends PlannedRelease {
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

/** Everything an order brings the moment it is paid, to be written in the commit that makes it paid. */
export interface Grant {
  readonly allocation: {
    readonly id: string;
    readonly totalBase: bigint;
    readonly releases: readonly GrantedRelease[];
  };
  readonly commissions: readonly CommissionEntry[];
  readonly transfers: readonly Transfer[];
  /** The end of the card-risk window. */
  readonly payableFrom: Date;
  /** Bind the buyer to level 1 of the chain, for good. */
  readonly bindReferrer: boolean;
}

/**
 * Works out what a paid order brings: the allocation with its releases, the commissions, the ledger's postings.
 *
 * @param from where the money comes from: captured just now, or waiting since for a review. An order of amount zero has
 * no money to post, but its tokens are owed all the same.
 */
export function grant({ order, chain, plan, policy, settings, now, newId }: GrantTerms, from: MoneyOrigin): Grant {
  const releases = schedule(policy, order.tokenBase, now).map((planned): GrantedRelease => ({
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
    allocation: { id: newId(), totalBase: order.tokenBase, releases },
    commissions,
    transfers: transfersOf(order, commissions, from),
    payableFrom: addDays(now, settings.riskWindowDays),
    bindReferrer: !order.referrerBound && upwards.length > 0,
  };
}

export type MoneyOrigin = 'captured' | 'unapplied';

function transfersOf(
  order: GrantTerms['order'],
  commissions: readonly CommissionEntry[],
  from: MoneyOrigin,
): Transfer[] {
  const { id: orderId, userId: buyerId, amountMinor, currency, tokenBase: amountBase } = order;
  const post = from === 'captured' ? paymentSettled : unappliedAccepted;
  return [
    ...(amountMinor === 0n ? [] : [post({ orderId, currency, amountMinor })]),
    tokensOwed({ orderId, buyerId, amountBase }),
    ...commissions.map((entry) => commissionAccrued({ ...entry, entryId: entry.id })),
  ];
}
