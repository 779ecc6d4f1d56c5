import type { OrderBody, Payment } from '../../worker/order/shape.ts';
import type { OrderStatus } from '../../domain/order/state.ts';
import type { PaymentState } from '../../domain/payment/state.ts';

/** What a refund of the model came to; nothing is ever left on its way once a step has ended. */
export interface ModelRefund {
  readonly amountMinor: bigint;
  state: 'succeeded' | 'failed' | 'canceled';
}

export interface ModelDispute {
  /** The provider's id. */
  readonly id: string;
  readonly amountMinor: bigint;
  /** The provider's word. */
  status: string;
  lostMinor: bigint;
}

/** A PaymentIntent of an order, at the provider and with us. */
export interface ModelPayment {
  readonly intent: string;
  readonly amountMinor: bigint;
  /** What the page confirms it with; null for one that never was on a page. */
  readonly page: Payment | null;
  /** Where it stands at the provider. */
  at: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'canceled';
  /** Where it stands with us. */
  state: PaymentState;
  /** The event that tells of its success, while the platform has not heard it. */
  unheard?: string;
  readonly refunds: ModelRefund[];
  readonly disputes: ModelDispute[];
}

export interface ModelOrder {
  readonly id: string;
  readonly buyer: number;
  readonly tier: number;
  readonly units: number;
  readonly amountMinor: bigint;
  readonly tokenBase: bigint;
  /** Its copy of the chain above the buyer: numbers of agents, level 1 first. */
  readonly chain: readonly number[];
  readonly usesPromo: boolean;
  readonly key: string;
  readonly body: OrderBody;
  status: OrderStatus;
  isExtended: boolean;
  /** Its hold is over, and the bank that has its payment could not be stopped. */
  isOver: boolean;
  /** It was paid once, so it has an allocation and commissions. */
  isGranted: boolean;
  isWarned: boolean;
  wish: 'accept' | 'return' | null;
  /** The provider refused to give the money back on the operator's word: it is not asked again for an hour. */
  isReturnRefused: boolean;
  /** The levels whose commission is held no more. */
  readonly ready: number[];
  /** Its units are on sale again, which happens once. */
  isRestocked: boolean;
  readonly payments: ModelPayment[];
}

export interface ModelBuyer {
  /** The number of the agent the first paid order bound them to. */
  referrer: number | null;
  vainHolds: number;
}

export interface ModelTier {
  readonly totalUnits: number;
  readonly maxUnitsPerBuyer: number;
}

/**
 * What a site's sale must have come to, kept beside the real one: so simple that one sees it is right, and with no part in
 * how the platform gets there.
 */
export interface Sale {
  readonly tiers: readonly ModelTier[];
  readonly buyers: readonly ModelBuyer[];
  readonly promo: { readonly maxUses: number; readonly maxUsesPerBuyer: number };
  readonly orders: ModelOrder[];
  /** Events that were kept for an operator. */
  parked: number;
  /** Warnings of fraud. A dispute freezes too, so that the freeze alone does not tell whether one was heard of. */
  warnings: number;
}

/** Basis points of level 1 and 2 of the demo's plan. */
const RATES = [1_200n, 400n];

export const isSold = ({ status, isGranted, isRestocked }: ModelOrder): boolean =>
  status === 'paid' || (status === 'refunded' && isGranted && !isRestocked);

/** A PaymentIntent of which nothing was given back yet. */
export const newPayment = (
  { amountMinor }: ModelOrder,
  of: Pick<ModelPayment, 'intent' | 'page' | 'at' | 'state'>,
): ModelPayment => ({ ...of, amountMinor, refunds: [], disputes: [] });

/** The payment that paid the order, or that waits for its review. */
export function mainPayment({ payments }: ModelOrder): ModelPayment | null {
  return payments.find(({ state }) => state === 'applied' || state === 'review') ?? null;
}

/** What of a payment was given back for good. A refund that came back and was made anew takes its share once. */
export function goneMinor({ amountMinor, refunds, disputes }: ModelPayment): bigint {
  const taken = sumOf(refunds.filter(({ state }) => state !== 'canceled').map((refund) => refund.amountMinor));
  return (taken < amountMinor ? taken : amountMinor) + sumOf(disputes.map(({ lostMinor }) => lostMinor));
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, each) => sum + each, 0n);

export const openDisputes = ({ disputes }: ModelPayment): ModelDispute[] =>
  disputes.filter(({ status }) => !['won', 'lost', 'warning_closed'].includes(status));

export const isFrozen = ({ isWarned, payments }: ModelOrder): boolean =>
  isWarned || payments.some((each) => openDisputes(each).length > 0);

const takesMoney = ({ status }: ModelDispute): boolean => !status.startsWith('warning_');

/** What an operator may still refund. */
export function reversibleMinor({ amountMinor }: ModelOrder, payment: ModelPayment): bigint {
  const atStake = sumOf(
    openDisputes(payment)
      .filter(takesMoney)
      .map((dispute) => dispute.amountMinor),
  );
  const left = amountMinor - goneMinor(payment) - atStake;
  return left > 0n ? left : 0n;
}

/** What the provider would still refund of a payment. */
export function refundableMinor({ amountMinor }: ModelOrder, payment: ModelPayment): bigint {
  if (payment.at !== 'succeeded' || isChargedBack(payment)) return 0n;
  const refunded = payment.refunds.filter(({ state }) => state === 'succeeded');
  return amountMinor - sumOf(refunded.map((refund) => refund.amountMinor));
}

/** A chargeback that is open or lost: the provider refunds nothing any more. */
export const isChargedBack = ({ disputes }: ModelPayment): boolean =>
  disputes.some(({ status }) => ['needs_response', 'under_review', 'lost'].includes(status));

/** What of a total went with the order's money so far: half up, and all of it with the last of the money. */
export function takenOf(total: bigint, order: ModelOrder): bigint {
  const payment = mainPayment(order);
  const gone = payment === null ? 0n : goneMinor(payment);
  if (gone >= order.amountMinor) return total;
  return (total * gone * 2n + order.amountMinor) / (order.amountMinor * 2n);
}

/** Commissions of level 1 and 2 that are left of an order. */
export function commissionsMinor(order: ModelOrder): bigint[] {
  return RATES.map((rate, level) => {
    if (!order.isGranted || order.chain[level] === undefined) return 0n;
    const accrued = (order.amountMinor * rate * 2n + 10_000n) / 20_000n;
    return accrued - takenOf(accrued, order);
  });
}

/** Units of a tier that are neither held nor sold. */
export function leftUnits({ tiers, orders }: Sale, tier: number): number {
  const taken = orders.filter((order) => order.tier === tier && (order.status === 'pending' || isSold(order)));
  return (tiers[tier]?.totalUnits ?? 0) - unitsOf(taken);
}

/** Units of a tier that a buyer holds or has bought. */
export function buyerUnits({ orders }: Sale, tier: number, buyer: number): number {
  const own = orders.filter((order) => order.tier === tier && order.buyer === buyer);
  return unitsOf(own.filter((order) => order.status === 'pending' || isSold(order)));
}

const unitsOf = (orders: readonly ModelOrder[]): number => orders.reduce((sum, { units }) => sum + units, 0);

/** Uses of the promo code, of all buyers or of one. */
export function promoUses({ orders }: Sale, buyer?: number): number {
  const users = orders.filter(({ usesPromo, status }) => usesPromo && (status === 'pending' || status === 'paid'));
  return users.filter((order) => buyer === undefined || order.buyer === buyer).length;
}

export const promoHasUse = (sale: Sale, buyer: number): boolean =>
  promoUses(sale) < sale.promo.maxUses && promoUses(sale, buyer) < sale.promo.maxUsesPerBuyer;
