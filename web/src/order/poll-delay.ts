import type { OrderDetail } from '../../../worker/order/shape.ts';

const SECOND_MS = 1_000;

/**
 * How long to wait before an order is read again, in milliseconds; null when nothing more will happen by itself.
 * `isConfirming` says that the provider took the payment and we wait to hear of it: then every second counts.
 */
export function pollDelay(order: OrderDetail, isConfirming: boolean): number | null {
  // What costs nothing is confirmed by itself, within seconds.
  const isSoon = isConfirming || order.amount_minor === '0';
  if (order.status === 'pending') return isSoon ? 1.5 * SECOND_MS : 10 * SECOND_MS;
  if (order.status === 'review') return 30 * SECOND_MS;
  if (order.status !== 'paid') return null;
  if (!order.allocation) return 2 * SECOND_MS;
  const states = order.allocation.releases.map((release) => release.state);
  if (states.some((state) => state === 'approved' || state === 'submitting' || state === 'submitted')) {
    return 3 * SECOND_MS;
  }
  if (states.every((state) => state === 'confirmed' || state === 'reversed')) return null;
  return 20 * SECOND_MS;
}
