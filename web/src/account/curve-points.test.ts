import { describe, expect, it } from 'vitest';
import type { Balance } from '../../../worker/me/shape.ts';
import { curvePoints } from './curve-points.ts';

const now = new Date('2026-11-10T00:00:00.000Z');
const balance: Balance = {
  token_symbol: 'NAT',
  token_decimals: 18,
  purchased_base: '1000',
  locked_base: '750',
  due_base: '0',
  in_flight_base: '0',
  delivered_base: '250',
  next: [
    { due_at: '2026-12-01T00:00:00.000Z', amount_base: '375' },
    { due_at: '2026-11-20T00:00:00.000Z', amount_base: '375' },
  ],
  deliveries: [{ tx_hash: '0x', amount_base: '250', confirmed_at: '2026-11-01T00:00:00.000Z' }],
};

describe('curvePoints', () => {
  it('adds up in order of time and ends with everything purchased', () => {
    const { points, today } = curvePoints(balance, now);
    expect(points.map((point) => point.share)).toEqual([0.25, 0.625, 1]);
    expect(points.map((point) => point.isDelivered)).toEqual([true, false, false]);
    expect([points[0]?.time, today, points[2]?.time]).toEqual([0, 0.3, 1]);
  });

  it('shows what is due today, once', () => {
    const due = { due_at: '2026-11-09T00:00:00.000Z', amount_base: '100' };
    const { points } = curvePoints({ ...balance, due_base: '100', next: [due, ...balance.next] }, now);
    expect(points.filter((point) => point.amountBase === '100')).toHaveLength(1);
  });

  it('stands still when there is nothing', () => {
    const none = { ...balance, purchased_base: '0', next: [], deliveries: [] };
    expect(curvePoints(none, now)).toEqual({ points: [], today: 0 });
  });
});
