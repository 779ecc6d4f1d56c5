import { expect, it } from 'vitest';
import { RELEASE_TRANSITIONS } from '../../domain/allocation/state.ts';
import { ORDER_TRANSITIONS } from '../../domain/order/state.ts';
import { PAYMENT_TRANSITIONS } from '../../domain/payment/state.ts';
import { REFUND_TRANSITIONS } from '../../domain/refund/state.ts';
import { newBuyer, placeOrder } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';

it('lets no role but the consumer pay an order, and the consumer only along the table', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, {});
  const move = (role: 'app' | 'queue', status: string) =>
    withClient(role, async (client) => {
      await client.query('begin');
      if (role === 'queue') await client.query('select app.enter(null, null, $1)', [site.code]);
      else {
        await client.query('select app.enter($1, null)', [new URL(site.url).hostname]);
        await client.query("select set_config('app.user_id', $1, true)", [buyer.me.id]);
      }
      await client.query('update orders set status = $2, version = version + 1 where id = $1', [
        placed.body.id,
        status,
      ]);
      await client.query('rollback');
    });
  for (const status of ['paid', 'refunded', 'review', 'expired']) {
    await expect(move('app', status), status).rejects.toThrow('order.state');
  }
  for (const status of ['refunded', 'review'])
    await expect(move('queue', status), status).rejects.toThrow('order.state');
  await move('app', 'cancelled');
  await move('queue', 'expired');
});

it('holds the same state tables in the database as in the code', async () => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ noun: string; from_state: string; to_state: string; role: string }>(
      "select noun, from_state, to_state, role from app.transitions where from_state <> '' and noun in ('order', 'release', 'payment', 'refund')",
    ),
  );
  const inDatabase = rows.map((row) => `${row.noun} ${row.from_state} ${row.to_state} ${row.role}`).sort();
  type Way = { to: string; by: readonly string[] };
  const tables: Record<string, Record<string, readonly Way[]>> = {
    order: ORDER_TRANSITIONS,
    release: RELEASE_TRANSITIONS,
    payment: PAYMENT_TRANSITIONS,
    refund: REFUND_TRANSITIONS,
  };
  const inCode = Object.entries(tables)
    .flatMap(([noun, table]) =>
      Object.entries(table).flatMap(([from, ways]) =>
        ways.flatMap((way) => way.by.map((role) => `${noun} ${from} ${way.to} ${role}`)),
      ),
    )
    .sort();
  expect(inDatabase).toEqual(inCode);
});
