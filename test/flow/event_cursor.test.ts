import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { deliver } from '../harness/consumer.ts';
import { newBuyer, paidOrder, payOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { steer, unheard } from '../harness/provider.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

const fire = () => ask(`${useStack().control}/cron?name=payments.events`, { method: 'POST' });

async function received(intentOf: string): Promise<{ type: string; count: number }[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ type: string; count: number }>(
      `select w.type, count(*)::integer as count from webhook_events w
       join payments p on p.intent_id = w.payload #>> '{data,object,id}' where p.order_id = $1
       group by 1 order by 1`,
      [intentOf],
    ),
  );
  return rows;
}

async function cursors(account: string) {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ read_until: Date; last_event: string | null; lost_at: Date | null }>(
      "select read_until, last_event, lost_at from provider_cursors where provider = 'stripe' and account = $1",
      [account],
    ),
  );
  return rows;
}

/** The cursor once all was read: other tests' events may be more than a page, and then it is on its way for a while. */
const atEnd = (account: string, after = new Date(0)) =>
  waitFor('the cursor to be at the end', async () => {
    const [cursor] = await cursors(account);
    return cursor?.last_event === null && cursor.read_until > after ? cursor : undefined;
  });

async function paidUnheard(buyer: Buyer, orderId: string): Promise<void> {
  const { confirmed } = await unheard(() => payOrder(buyer, orderId));
  expect(confirmed?.status).toBe(200);
}

it('settles a payment whose webhooks were all dropped, on the platform’s account and on a connected one, and asks for no more', async () => {
  const { port } = new URL(useStack().platform.url);
  const sites = [await mintSite(), { url: `http://na.localhost:${port}` }];
  const orders = [];
  for (const site of sites) {
    const buyer = await newBuyer(site);
    const placed = await placeOrder(buyer, site, { quantity: 1 });
    await paidUnheard(buyer, placed.body.id);
    expect(await received(placed.body.id)).toEqual([]);
    orders.push({ buyer, id: placed.body.id });
  }
  // An account that lets nobody in any more holds up no other; twice at once is once.
  await mintSite({ account: `acct_gone${Date.now()}` });
  await Promise.all([fire(), fire()]);
  for (const { buyer, id } of orders) await paidOrder(buyer, id);
  for (const each of ['', 'acct_local_na']) await atEnd(each);
  // What changes nothing of ours is not even asked for: accounts of tenants may have much of it.
  for (const { id } of orders) expect(await received(id)).toEqual([{ type: 'payment_intent.succeeded', count: 1 }]);
  await expectChecks();
});

it('goes on from its cursor: a later payment is found, and nothing known is taken again', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  await fire();
  const before = await waitFor('a cursor', async () => (await cursors(''))[0]);
  const placed = await placeOrder(buyer, site, { quantity: 1 });
  await paidUnheard(buyer, placed.body.id);
  await fire();
  await paidOrder(buyer, placed.body.id);
  await atEnd('', before.read_until);
  await expectChecks();
});

it('tells once of an account that lets nobody in any more, and reads on where it stood when it is back', async () => {
  const account = `acct_lost${Date.now()}`;
  await steer('/accounts', { account });
  const site = await mintSite({ account });
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity: 1 });
  await paidUnheard(buyer, placed.body.id);
  await steer('/accounts', { account, connected: false });
  const sweep = () => deliver({ v: 1, kind: 'sweep', site: site.code, name: 'payments.events' });
  await sweep();
  await sweep();
  expect(await cursors(account)).toMatchObject([{ lost_at: expect.any(Date) as Date }]);
  const { text } = await ask(`${useStack().control}/logs`);
  const lines = (JSON.parse(text) as { message: string }[]).filter(({ message }) => message.includes(account));
  expect(lines.filter(({ message }) => message.includes('"account.lost"'))).toHaveLength(1);

  await steer('/accounts', { account });
  await sweep();
  await paidOrder(buyer, placed.body.id);
  expect(await cursors(account)).toMatchObject([{ lost_at: null }]);
  await expectChecks();
});
