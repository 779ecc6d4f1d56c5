import {
  commissionsMinor,
  goneMinor,
  isFrozen,
  isSold,
  mainPayment,
  promoUses,
  takenOf,
  type ModelOrder,
  type Sale,
} from './sale.ts';

/** What can be seen of a sale, equal for equal sales. */
export interface Seen {
  readonly orders: Record<string, SeenOrder>;
  readonly tiers: readonly { held: number; sold: number }[];
  readonly promoUses: number;
  readonly parked: number;
  readonly warnings: number;
}

/** Amounts are decimal texts: minor units of money, base units of tokens. */
export interface SeenOrder {
  readonly status: string;
  readonly frozen: boolean;
  readonly reversed: string;
  /** What it was given and what of it was taken again; null without an allocation. */
  readonly tokens: readonly [total: string, reversed: string] | null;
  readonly commissions: readonly string[];
  /** The levels whose commission is held no more. */
  readonly ready: readonly number[];
  readonly payments: readonly string[];
  readonly refunds: readonly string[];
  readonly disputes: readonly string[];
}

/** What the platform must show for a sale of the model. */
export function expectedOf(sale: Sale): Seen {
  return {
    orders: Object.fromEntries(sale.orders.map((order) => [order.id, expectedOrder(order)])),
    tiers: sale.tiers.map((_, tier) => {
      const units = (fits: (order: ModelOrder) => boolean) =>
        sale.orders.filter((order) => order.tier === tier && fits(order)).reduce((sum, order) => sum + order.units, 0);
      return { held: units(({ status }) => status === 'pending'), sold: units(isSold) };
    }),
    promoUses: promoUses(sale),
    parked: sale.parked,
    warnings: sale.warnings,
  };
}

function expectedOrder(order: ModelOrder): SeenOrder {
  const payment = mainPayment(order);
  const gone = payment === null ? 0n : goneMinor(payment);
  return {
    status: order.status,
    frozen: isFrozen(order),
    reversed: String(gone),
    tokens: order.isGranted ? [String(order.tokenBase), String(takenOf(order.tokenBase, order))] : null,
    commissions: commissionsMinor(order).map(String),
    ready: order.ready,
    payments: order.payments.map(({ state }) => state).sort(),
    refunds: order.payments.flatMap(({ refunds }) => refunds.map((each) => `${each.state} ${each.amountMinor}`)).sort(),
    disputes: order.payments
      .flatMap(({ disputes }) => disputes.map((each) => `${each.status} ${each.lostMinor}`))
      .sort(),
  };
}
