import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atProvider, steer } from '../harness/provider.ts';
import { afterLoss } from './follow.ts';
import { assertInLanes, RUNS } from './lane.ts';
import { mainPayment, type ModelOrder, type ModelPayment, type Sale } from './sale.ts';
import { expectAnswer } from './step/answer.ts';
import { orderSteps } from './step/order.ts';
import { paymentSteps } from './step/payment.ts';
import { openSale, type World } from './world.ts';

/** One tries much fewer splits than sales: there are not so many. */
const SPLITS = Math.ceil(RUNS / 8);

/** Who gives a part back. */
const WAYS = ['operator', 'provider', 'dispute'] as const;

it(
  'nothing is left of money, tokens and commissions once all is given back, in whatever parts and by whomever',
  { timeout: 120_000 + SPLITS * 5_000 },
  async () => {
    const parts = fc.array(fc.record({ way: fc.constantFrom(...WAYS), share: fc.integer({ min: 1, max: 99 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    await assertInLanes(SPLITS, (lane) =>
      fc.asyncProperty(parts, fc.nat(23), async (split, choice) => {
        const { model: sale, real: world } = await openSale(lane);
        const { order, payment } = await bought(sale, world, choice);
        const total = split.reduce((sum, { share }) => sum + share, 0);
        for (const [index, { way, share }] of split.entries()) {
          const left = leftOf(order, payment);
          const isLast = index === split.length - 1;
          const part = (order.amountMinor * BigInt(share)) / BigInt(total);
          const amountMinor = isLast || part > left ? left : part;
          if (amountMinor === 0n) continue;
          // Once a dispute is lost the provider refunds nothing of the payment any more: so it comes last.
          await giveBack(world, order, payment, { way: way === 'dispute' && !isLast ? 'provider' : way, amountMinor });
          await world.agree(sale);
        }
        expect(order.status).toBe('refunded');
        expect(await balancesOf(world)).toEqual([]);
        await world.seal();
      }),
    );
  },
);

async function bought(sale: Sale, world: World, choice: number): Promise<{ order: ModelOrder; payment: ModelPayment }> {
  await orderSteps.place.run(sale, world, { buyer: 0, tier: choice % 2 }, choice);
  const [order] = sale.orders;
  if (order === undefined) throw new Error('nothing stands against the first order');
  await paymentSteps.pay.run(sale, world, { order, payment: null }, 0);
  await world.agree(sale);
  const payment = mainPayment(order);
  if (payment === null) throw new Error('a paid order has a payment');
  return { order, payment };
}

function leftOf({ amountMinor }: ModelOrder, { refunds }: ModelPayment): bigint {
  return refunds.reduce((left, refund) => left - refund.amountMinor, amountMinor);
}

interface Part {
  readonly way: (typeof WAYS)[number];
  readonly amountMinor: bigint;
}

async function giveBack(world: World, order: ModelOrder, payment: ModelPayment, part: Part): Promise<void> {
  const { way, amountMinor } = part;
  const amount = String(amountMinor);
  switch (way) {
    case 'operator': {
      const path = `/admin/${world.site.code}/orders/${order.id}/refunds`;
      const wish = { reason: 'wish', amount_minor: amount };
      expectAnswer(await world.lane.operator.visitor.post(path, wish, { 'idempotency-key': randomUUID() }), 201);
      payment.refunds.push({ amountMinor, state: 'succeeded' });
      break;
    }
    case 'provider':
      await atProvider('/v1/refunds', { payment_intent: payment.intent, amount });
      payment.refunds.push({ amountMinor, state: 'succeeded' });
      break;
    case 'dispute': {
      const { id } = await steer<{ id: string }>('/dispute', {
        payment_intent: payment.intent,
        amount: Number(amount),
      });
      await steer('/dispute_status', { dispute: id, status: 'lost' });
      payment.disputes.push({ id, amountMinor, status: 'lost', lostMinor: amountMinor });
    }
  }
  afterLoss(order, payment);
}

/** Every account of the site on which something is left. */
async function balancesOf({ lane: { superuser }, site }: World): Promise<object[]> {
  const { rows } = await superuser.query<object>(
    'select kind, asset, balance from ledger_accounts where site_id = $1 and balance <> 0',
    [site.siteId],
  );
  return rows;
}
