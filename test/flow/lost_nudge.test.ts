import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { lapsed } from '../harness/late.ts';
import { requestRefund } from '../harness/provider.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

const fire = (name: string) => ask(`${useStack().control}/cron?name=${name}`, { method: 'POST' });

const statusOf = async (orderId: string) => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ status: string }>('select status from orders where id = $1', [orderId]),
  );
  return rows[0]?.status;
};

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
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await waitFor('the review', async () => ((await statusOf(late.orderId)) === 'review' ? true : undefined));
  await withSite('operator', site.siteId, (client) =>
    client.query("update orders set review_wish = 'return' where id = $1", [late.orderId]),
  );
  await fire('reviews.resolve');
  await waitFor('the refund', async () => ((await statusOf(late.orderId)) === 'refunded' ? true : undefined));
  expect(await statusOf(late.orderId)).toBe('refunded');
  await expectChecks();
});
