import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { lapsed } from '../harness/late.ts';
import { intentOf, requestRefund, steer, unheard } from '../harness/provider.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

const fire = (name: string) => ask(`${useStack().control}/cron?name=${name}`, { method: 'POST' });

const statusOf = async (orderId: string) => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ status: string }>('select status from orders where id = $1', [orderId]),
  );
  return rows[0]?.status;
};

/** An order under review: its money came when another buyer had one of its units. */
async function reviewed() {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await waitFor('the review', async () => ((await statusOf(late.orderId)) === 'review' ? true : undefined));
  return { site, late };
}

it('makes a refund nobody was told of, once it is a minute old', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site, { quantity: 1 });
  const id = await requestRefund(site, order.id, BigInt(order.amount_minor));
  await withClient('superuser', (client) =>
    client.query("update refunds set checked_at = checked_at - interval '2 minutes' where id = $1", [id]),
  );
  await Promise.all([fire('refunds.submit'), fire('refunds.submit')]);
  await waitFor('the refund', async () => ((await statusOf(order.id)) === 'refunded' ? true : undefined));
  await expectChecks();
});

it('carries out an operator’s decision nobody was told of', async () => {
  const { site, late } = await reviewed();
  await withSite('operator', site.siteId, (client) =>
    client.query("update orders set review_wish = 'return' where id = $1", [late.orderId]),
  );
  await fire('reviews.resolve');
  await waitFor('the refund', async () => ((await statusOf(late.orderId)) === 'refunded' ? true : undefined));
  expect(await statusOf(late.orderId)).toBe('refunded');
  await expectChecks();
});

it('lets an order go on whose warning was cleared and nobody was told of', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  await steer('/early_fraud_warning', { payment_intent: await intentOf(order.id) });
  const isFrozen = (frozen: boolean) =>
    waitFor(`frozen ${String(frozen)}`, async () => {
      const { rows } = await withClient('superuser', (client) =>
        client.query('select from orders where id = $1 and frozen = $2', [order.id, frozen]),
      );
      return rows.length === 1 ? true : undefined;
    });
  await isFrozen(true);
  await withSite('operator', site.siteId, (client) =>
    client.query('update orders set warning_cleared_at = app.now() where id = $1', [order.id]),
  );
  await fire('orders.refreeze');
  await isFrozen(false);
  await expectChecks();
});

it('asks again for the money of an order under review an hour after the provider refused to give it back', async () => {
  const { site, late } = await reviewed();
  const dispute = await unheard(async () => {
    const opened = await steer<{ id: string }>('/dispute', { payment_intent: await intentOf(late.orderId) });
    await withSite('operator', site.siteId, (client) =>
      client.query("update orders set review_wish = 'return' where id = $1", [late.orderId]),
    );
    await nudge(site, 'review', late.orderId);
    await refundsOf(late.orderId, ['canceled']);
    return opened.id;
  });
  await steer('/dispute_status', { dispute, status: 'won' });
  await waitFor('the dispute to be won', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query("select from disputes where order_id = $1 and status = 'won'", [late.orderId]),
    );
    return rows.length === 1 ? true : undefined;
  });
  await nudge(site, 'review', late.orderId);
  await refundsOf(late.orderId, ['canceled']);

  await withClient('superuser', (client) =>
    client.query("update refunds set settled_at = settled_at - interval '61 minutes' where order_id = $1", [
      late.orderId,
    ]),
  );
  await fire('reviews.resolve');
  await waitFor('the refund', async () => ((await statusOf(late.orderId)) === 'refunded' ? true : undefined));
  await refundsOf(late.orderId, ['canceled', 'succeeded']);
  await expectChecks();
});

function refundsOf(orderId: string, states: readonly string[]): Promise<true> {
  return waitFor(`refunds that are ${states.join(', ')}`, async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query<{ state: string }>('select state from refunds where order_id = $1 order by created_at', [orderId]),
    );
    return rows.map(({ state }) => state).join() === states.join() ? true : undefined;
  });
}
