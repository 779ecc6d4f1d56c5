import {
  buyerUnits,
  goneMinor,
  isChargedBack,
  leftUnits,
  promoHasUse,
  reversibleMinor,
  type ModelOrder,
  type ModelPayment,
  type Sale,
} from './sale.ts';

/** An order gets its tokens, and binds its buyer to the agent above. */
export function grant(sale: Sale, order: ModelOrder, payment: ModelPayment): void {
  order.status = 'paid';
  order.isGranted = true;
  payment.state = 'applied';
  const buyer = sale.buyers[order.buyer];
  if (buyer !== undefined) buyer.referrer ??= order.chain[0] ?? null;
}

/** The provider has the money of a payment, and the platform heard of it. */
export function capture(sale: Sale, order: ModelOrder, payment: ModelPayment): void {
  payment.at = 'succeeded';
  switch (order.status) {
    case 'pending': {
      grant(sale, order, payment);
      return;
    }
    case 'expired':
    case 'cancelled':
      if (hasUnits(sale, order)) {
        grant(sale, order, payment);
        return;
      }
      order.status = 'review';
      payment.state = 'review';
      return;
    case 'paid':
    case 'review':
    case 'refunded':
      payment.state = 'surplus';
      payment.refunds.push({ amountMinor: order.amountMinor, state: 'succeeded' });
  }
}

/** Whether an order whose hold is gone can have its units again. */
export function hasUnits(sale: Sale, { tier, buyer, units, usesPromo }: ModelOrder): boolean {
  const most = sale.tiers[tier]?.maxUnitsPerBuyer ?? 0;
  const isWithin = leftUnits(sale, tier) >= units && buyerUnits(sale, tier, buyer) + units <= most;
  return isWithin && (!usesPromo || promoHasUse(sale, buyer));
}

/** An order's hold ends. */
export function expire(sale: Sale, order: ModelOrder): void {
  order.status = 'expired';
  countHolds(sale, order, 1);
}

/** Units were held in vain, for so many whole holds and the one before an extension; the part of one is seconds here. */
export function countHolds(sale: Sale, order: ModelOrder, whole: 0 | 1): void {
  const buyer = sale.buyers[order.buyer];
  if (buyer !== undefined) buyer.vainHolds += whole + (order.isExtended ? 1 : 0);
}

/** Money of the order's own payment went; at the end the order is refunded. */
export function afterLoss(order: ModelOrder, payment: ModelPayment): void {
  const isMain = payment.state === 'applied' || payment.state === 'review';
  if (isMain && goneMinor(payment) >= order.amountMinor) order.status = 'refunded';
}

/** An operator's wish for a refund: the provider refuses while a chargeback is open, and after it was lost. */
export function refund(order: ModelOrder, payment: ModelPayment, amountMinor: bigint): void {
  payment.refunds.push({ amountMinor, state: isChargedBack(payment) ? 'canceled' : 'succeeded' });
  afterLoss(order, payment);
}

/** The consumer carries out what an operator made of an order under review, as far as it can. */
export function resolve(sale: Sale, order: ModelOrder, payment: ModelPayment): void {
  const left = reversibleMinor(order, payment);
  if (order.wish === 'accept' && left === order.amountMinor && hasUnits(sale, order)) grant(sale, order, payment);
  if (order.wish === 'return' && left > 0n && !order.isReturnRefused) {
    order.isReturnRefused = isChargedBack(payment);
    refund(order, payment, left);
  }
}
