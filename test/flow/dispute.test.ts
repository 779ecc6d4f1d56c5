import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminOrderDetail, AdminRelease } from '../../worker/admin/shape.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, isWaitedFor, withClient, withSite } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { intentOf, steer } from '../harness/provider.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Standing {
  status: string;
  frozen: boolean;
  reversed_minor: string;
  is_whole: boolean;
  commissions: string;
  disputes: string[];
}

async function standing(orderId: string): Promise<Standing> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Standing>(
      `select o.status, o.frozen, o.reversed_minor, a.reversed_base = a.total_base as is_whole,
        (select coalesce(sum(c.amount_minor), 0) from commission_entries c where c.order_id = o.id) as commissions,
        (select coalesce(array_agg(d.status), '{}') from disputes d where d.order_id = o.id) as disputes
       from orders o join allocations a on a.site_id = o.site_id and a.order_id = o.id where o.id = $1`,
      [orderId],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the order has no allocation');
  return row;
}

function until(orderId: string, what: string, isThere: (now: Standing) => boolean): Promise<Standing> {
  return waitFor(what, async () => {
    const now = await standing(orderId);
    return isThere(now) ? now : undefined;
  });
}

it('pays nothing out while a dispute is open, and as if it had never been once it is won', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode });
  const operator = await newOperator();
  const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases`);
  const [release] = body.items;
  const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: await intentOf(order.id) });
  await until(order.id, 'the freeze', ({ frozen }) => frozen);
  // Approved behind the operator's page, which refuses it: the consumer asks again.
  await withSite('operator', site.siteId, (client) =>
    client.query(`update releases set state = 'approved', version = version + 1 where id = $1`, [release?.id]),
  );
  await nudge(site, 'release', release?.id ?? '');
  expect(await payouts(order.id)).toBe(0);

  await steer('/dispute_status', { dispute, status: 'won' });
  const end = await until(order.id, 'the end of the freeze', ({ frozen }) => !frozen);
  expect(end).toMatchObject({ status: 'paid', reversed_minor: '0', disputes: ['won'] });
  await nudge(site, 'release', release?.id ?? '');
  expect(await payouts(order.id)).toBe(1);
  await expectChecks();
});

it('takes all of a lost dispute back, in whatever order and however often its events come', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site, { quantity: 2, referralCode: site.agents[1].referralCode });
  const intent = await intentOf(order.id);
  await steer('/webhooks', { duplicate: 2 });
  await steer('/pause');
  try {
    const { id } = await steer<{ id: string }>('/dispute', { payment_intent: intent });
    await steer('/dispute_status', { dispute: id, status: 'under_review' });
    await steer('/dispute_status', { dispute: id, status: 'lost' });
  } finally {
    await steer('/reorder');
    await steer('/resume');
    await steer('/webhooks', { duplicate: 1 });
  }
  const end = await until(order.id, 'the loss', ({ status }) => status === 'refunded');
  expect(end).toEqual({
    ...{ status: 'refunded', frozen: false, reversed_minor: order.amount_minor, is_whole: true },
    ...{ commissions: '0', disputes: ['lost'] },
  });
  await expectChecks();
});

it('refunds a payment of which a bank only asks, and keeps the order frozen while it asks', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  const { id: inquiry } = await steer<{ id: string }>('/dispute', {
    payment_intent: await intentOf(order.id),
    status: 'warning_needs_response',
  });
  await until(order.id, 'the freeze', ({ frozen }) => frozen);
  const operator = await newOperator();
  const path = `/admin/${site.code}/orders/${order.id}/refunds`;
  const asked = await operator.post(path, { reason: 'they ask' }, { 'idempotency-key': inquiry });
  expect(asked.status).toBe(201);
  await until(order.id, 'the refund', ({ status }) => status === 'refunded');
  await steer('/dispute_status', { dispute: inquiry, status: 'warning_closed' });
  expect(await until(order.id, 'the end of the freeze', ({ frozen }) => !frozen)).toMatchObject({
    ...{ reversed_minor: order.amount_minor, is_whole: true, disputes: ['warning_closed'] },
  });
  await expectChecks();
});

it('freezes at a fraud warning until an operator clears it, and a second word on it does not freeze anew', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  await steer('/early_fraud_warning', { payment_intent: await intentOf(order.id) });
  const warned = await until(order.id, 'the warning', ({ frozen }) => frozen);
  expect(warned.status).toBe('paid');
  const operator = await newOperator();
  const path = `/admin/${site.code}/orders/${order.id}`;
  const shown = async () => (await operator.get<AdminOrderDetail>(path)).body.warned_at;
  const clear = (warned_at: unknown) => operator.post(`${path}/clear-warning`, { warned_at, reason: 'they are known' });
  const isFrozen = (is: boolean) => until(order.id, `frozen ${String(is)}`, ({ frozen }) => frozen === is);
  expect(await clear('2026-01-01T00:00:00.000Z')).toMatchObject({ status: 409, body: { code: 'order.state' } });
  expect((await clear(await shown())).status).toBe(200);
  await isFrozen(false);
  expect((await clear(await shown())).status).toBe(200);
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ event_id: string; payload: object }>(
      `select event_id from webhook_events where site_id = $1 and type = 'radar.early_fraud_warning.created'`,
      [site.siteId],
    ),
  );
  await nudge(site, 'event', rows[0]?.event_id ?? '');
  expect((await standing(order.id)).frozen).toBe(false);
  expect(await alerts('order.warned', order.id)).toBeLessThanOrEqual(1);

  // The next warning was on its way when an operator cleared the first.
  const seen = await shown();
  await withClient('superuser', (client) =>
    client.query(`update orders set warning_cleared_at = app.now() + interval '1 minute' where id = $1`, [order.id]),
  );
  await steer('/early_fraud_warning', { payment_intent: await intentOf(order.id) });
  await isFrozen(true);
  await nudge(site, 'order', order.id);
  expect((await standing(order.id)).frozen).toBe(true);
  expect((await clear(seen)).status).toBe(409);
  expect(await shown()).not.toBe(seen);
  await expectChecks();
});

it('never lets two releases begin at once that together leave less than the frozen share', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const order = await buy(await newBuyer(site), site);
  const move = (role: 'queue' | 'operator', to: string) =>
    withSite(role, site.siteId, (client) =>
      client.query('update releases set state = $2 where order_id = $1 and sequence <= 1 and state <> $2', [
        order.id,
        to,
      ]),
    );
  await move('queue', 'due');
  await move('operator', 'approved');
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string }>('select id from releases where order_id = $1 order by sequence limit 2', [order.id]),
  );
  const freeze = (base: string) =>
    withClient('superuser', (client) =>
      client.query(
        `update allocations a set frozen_base = ${base} from releases r
         where a.order_id = $1 and r.order_id = $1 and r.sequence = 0`,
        [order.id],
      ),
    );
  await freeze('a.total_base - r.amount_base');
  let begun: Promise<unknown> | undefined;
  await withSite('queue', site.siteId, async (holder) => {
    await holder.query('select from orders where id = $1 for update', [order.id]);
    begun = Promise.all(rows.map(({ id }) => nudge(site, 'release', id)));
    await waitFor('both to wait', () => isWaitedFor(holder, 2));
  });
  await begun;
  expect(await payouts(order.id)).toBe(1);
  await freeze('0');
  await expectChecks();
});

async function payouts(orderId: string): Promise<number> {
  const { rows } = await withClient('superuser', (client) =>
    client.query('select from payouts p join releases r on r.id = p.release_id where r.order_id = $1', [orderId]),
  );
  return rows.length;
}

/** How often a person was called for an order, as far as the newest log lines tell. */
async function alerts(alert: string, orderId: string): Promise<number> {
  const { text } = await ask(`${useStack().control}/logs`);
  const lines = JSON.parse(text) as { message: string }[];
  return lines.filter((line) => line.message.includes(`"${alert}"`) && line.message.includes(orderId)).length;
}
