import { basisPointsOf, basisPointsWithin } from '../money.ts';

/** One person above the buyer, as copied to the order when it was created. Level 1 is the buyer's own referrer. */
export interface ReferralLevel {
  readonly level: number;
  readonly agentId: string;
  /** Was an active agent when the order was created. */
  readonly active: boolean;
  /** Net of the agent's own direct customers' paid orders when the order was created. */
  readonly directSalesMinor: bigint;
  /** Is suspended now that the payment settles. */
  readonly suspendedAtSettlement: boolean;
  /** The rate of the agent's rank, for `differential` plans; none counts as 0. */
  readonly rankBasisPoints?: number;
}

/** A commission plan at one version. `capBasisPoints` bounds what all levels together get of the net. */
export interface CommissionPlan {
  readonly id: string;
  readonly version: number;
  readonly mode: 'level' | 'differential';
  readonly capBasisPoints: number;
  readonly levels: readonly {
    readonly level: number;
    readonly rateBasisPoints: number;
    readonly holdDays: number;
    readonly minimumSalesMinor: bigint;
  }[];
}

/** What one agent earns from one order, in minor units of the order's currency. */
export interface CommissionShare {
  readonly level: number;
  readonly agentId: string;
  /** The rate applied: in a `differential` plan, what the agent's rank adds to the ones below. */
  readonly rateBasisPoints: number;
  readonly netMinor: bigint;
  readonly amountMinor: bigint;
  readonly holdDays: number;
}

export interface AccrueInput {
  /** What the buyer paid for units after discounts, before provider fees and taxes. */
  readonly netMinor: bigint;
  /** Never earns from an own order, whatever the chain says. */
  readonly buyerId: string;
  readonly chain: readonly ReferralLevel[];
  readonly plan: CommissionPlan;
  /** The rate of the buyer's own rank, where a `differential` plan starts from. */
  readonly buyerRankBasisPoints?: number;
}

/**
 * Shares out the commission of one paid order, from level 1 upward.
 *
 * There is no compression: a person who is not an active agent, is under the plan's minimum or is suspended earns
 * nothing, and what the level would have given stays with the site instead of moving up. Each amount is half up, then
 * cut to what the cap still leaves; the cap itself is rounded down, so the sum never exceeds the exact share. Amounts
 * of zero are left out, and nobody earns twice from one order.
 *
 * @throws TypeError when the net is negative.
 */
export function accrue({ netMinor, buyerId, chain, plan, buyerRankBasisPoints = 0 }: AccrueInput): CommissionShare[] {
  if (netMinor < 0n) throw new TypeError('The net of an order cannot be negative.');
  const shares: CommissionShare[] = [];
  const earners = new Set([buyerId]);
  let leftMinor = basisPointsWithin(netMinor, plan.capBasisPoints);
  let highestBasisPoints = buyerRankBasisPoints;
  for (const person of [...chain].sort((left, right) => left.level - right.level)) {
    const terms = plan.levels.find(({ level }) => level === person.level);
    if (terms === undefined) continue;
    const rankBasisPoints = person.rankBasisPoints ?? 0;
    const rateBasisPoints =
      plan.mode === 'level' ? terms.rateBasisPoints : Math.max(0, rankBasisPoints - highestBasisPoints);
    highestBasisPoints = Math.max(highestBasisPoints, rankBasisPoints);
    if (!mayEarn(person, terms.minimumSalesMinor) || earners.has(person.agentId)) continue;
    const fullMinor = basisPointsOf(netMinor, rateBasisPoints);
    const amountMinor = fullMinor < leftMinor ? fullMinor : leftMinor;
    if (amountMinor === 0n) continue;
    leftMinor -= amountMinor;
    earners.add(person.agentId);
    const { level, agentId } = person;
    shares.push({ level, agentId, rateBasisPoints, netMinor, amountMinor, holdDays: terms.holdDays });
  }
  return shares;
}

function mayEarn(person: ReferralLevel, minimumSalesMinor: bigint): boolean {
  return person.active && !person.suspendedAtSettlement && person.directSalesMinor >= minimumSalesMinor;
}
