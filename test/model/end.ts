import { atProvider, steer } from '../harness/provider.ts';
import { capture } from './follow.ts';
import type { Sale } from './sale.ts';
import { orderSteps } from './step/order.ts';
import { paymentSteps } from './step/payment.ts';
import type { World } from './world.ts';

/**
 * Brings a sale to its end: every bank answers, every hold ends, every word comes through. Then nothing is held any more, and
 * the provider has exactly the money that the platform knows of.
 *
 * @throws Error when it has not
 */
export async function endSale(sale: Sale, world: World): Promise<void> {
  for (const order of sale.orders) {
    for (const payment of order.payments) {
      if (payment.at === 'processing') {
        await steer('/processing', { payment_intent: payment.intent, outcome: 'succeed' });
        capture(sale, order, payment);
        await world.agree(sale);
      }
    }
    while (order.status === 'pending') await orderSteps.expiry.run(sale, world, order, 0);
  }
  for (const unheard of paymentSteps.hearLate.targets(sale)) {
    await paymentSteps.hearLate.run(sale, world, unheard, 0);
    await world.agree(sale);
  }
  await world.agree(sale);
  if ((await world.observe()).tiers.some(({ held }) => held > 0)) throw new Error('units are still held');
  await expectSameMoney(world);
  await world.seal();
}

interface ReadIntent {
  readonly status: string;
  readonly amount_received: number;
  readonly latest_charge: { readonly amount_refunded: number } | null;
}

async function expectSameMoney({ lane, site }: World): Promise<void> {
  const { rows } = await lane.superuser.query<{ intent_id: string; state: string; here: string }>(
    `select p.intent_id, p.state, (case when p.state in ('applied', 'review', 'surplus') then p.amount_minor else 0 end
       - coalesce((select sum(r.amount_minor) from refunds r where r.site_id = p.site_id and r.payment_id = p.id
           and r.state = 'succeeded'), 0))::text as here
     from payments p where p.site_id = $1`,
    [site.siteId],
  );
  for (const { intent_id: intent, state, here } of rows) {
    const { status, amount_received, latest_charge } = await atProvider<ReadIntent>(
      `/v1/payment_intents/${intent}?expand[]=latest_charge`,
    );
    const there = BigInt(amount_received) - BigInt(latest_charge?.amount_refunded ?? 0);
    if (String(there) !== here)
      throw new Error(`${intent} is ${status} with ${there} there, but ${state} with ${here}`);
  }
}
