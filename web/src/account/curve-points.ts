import type { Balance } from '../../../worker/me/shape.ts';
import { shareOf } from '../format/token.ts';

/** One release on the curve: when, how much, whether it was delivered, and both as shares for drawing. */
export interface CurvePoint {
  at: string;
  amountBase: string;
  isDelivered: boolean;
  /** 0 at the first date, 1 at the last. */
  time: number;
  /** All up to and with this one, of what was purchased: 0 to 1. */
  share: number;
}

/**
 * Deliveries and planned releases in order of time, adding up. `now` counts as a date too, so that the curve begins
 * today when nothing was delivered yet. What is due or on its way, which has no date of its own, stands at `now`.
 */
export function curvePoints(balance: Balance, now: Date): { points: CurvePoint[]; today: number } {
  const nearBase = BigInt(balance.due_base) + BigInt(balance.in_flight_base);
  const steps = [
    ...balance.deliveries.map((one) => ({ at: one.confirmed_at, amountBase: one.amount_base, isDelivered: true })),
    ...(nearBase > 0n ? [{ at: now.toISOString(), amountBase: String(nearBase), isDelivered: false }] : []),
    ...balance.next
      .filter((one) => nearBase === 0n || new Date(one.due_at) > now)
      .map((one) => ({ at: one.due_at, amountBase: one.amount_base, isDelivered: false })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const times = [now.getTime(), ...steps.map((step) => Date.parse(step.at))];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const place = (time: number): number => (last > first ? (time - first) / (last - first) : 0);

  const purchased = BigInt(balance.purchased_base);
  let sum = 0n;
  const points = steps.map((step) => {
    sum += BigInt(step.amountBase);
    return { ...step, time: place(Date.parse(step.at)), share: shareOf(sum, purchased) };
  });
  return { points, today: place(now.getTime()) };
}
