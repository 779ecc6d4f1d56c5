import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import type { ApproveResult } from '../../worker/admin/shape.ts';
import { encodeCursor } from '../../worker/http/page.ts';
import type { Order } from '../../worker/order/shape.ts';
import { newBuyer, orderBody, placeOrder } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { appointOperator } from '../harness/operator.ts';
import { makeWorld, type World } from './route_world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld();
});

it('approves no release of another site, and tells of it as of none', async () => {
  const { visitor } = await appointOperator(world.other, 'owner');
  const ids = [world.ids.release, randomUUID()];
  const { body } = await visitor.post<ApproveResult>(`/admin/${world.other.code}/releases/approve`, {
    release_ids: ids,
  });
  const refused = { approved: false, code: 'release.unknown', detail: 'There is no such release.' };
  expect(body.results).toEqual(ids.map((id) => ({ id, ...refused })));
  const { rows } = await withClient('superuser', (client) =>
    client.query('select state, version from releases where id = $1', [world.ids.release]),
  );
  expect(rows).toEqual([{ state: 'due', version: 1 }]);
});

it('turns no page of another buyer’s orders, whatever the cursor', async () => {
  const { own, ids } = world;
  const stranger = await newBuyer(own);
  for (const cursor of [encodeCursor(ids.order), encodeCursor('ffffffff-ffff-7fff-bfff-ffffffffffff')]) {
    const { status, body } = await stranger.visitor.get(`/orders?cursor=${encodeURIComponent(cursor)}`);
    expect({ status, body }).toEqual({ status: 200, body: { items: [], next_cursor: null } });
  }
});

it('takes a referral code of another site for one that nobody has', async () => {
  const { own, other } = world;
  const reasons: unknown[] = [];
  for (const referralCode of [other.agents[0].referralCode, `${own.code.toUpperCase()}-00000000`]) {
    const { status, body } = await placeOrder(await newBuyer(own), own, { referralCode });
    expect(status).toBe(201);
    reasons.push(body.referral);
  }
  expect(reasons).toEqual([
    { applied: false, reason: 'unknown' },
    { applied: false, reason: 'unknown' },
  ]);
});

it('keeps an Idempotency-Key to the buyer who used it', async () => {
  const { own, buyer } = world;
  const key = randomUUID();
  const stranger = await newBuyer(own);
  const tierId = world.ids.freeTier;
  const first = await buyer.visitor.order<Order>(orderBody(buyer, own, { tierId }), key);
  const second = await stranger.visitor.order<Order>(orderBody(stranger, own, { tierId }), key);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toMatchObject({ wallet_address: stranger.address });
  expect(second.body.id).not.toBe(first.body.id);
});

it('lets a suspended or restricted buyer read what is theirs, and begin no payment and no order', async () => {
  for (const status of ['suspended', 'restricted'] as const) {
    const buyer = await newBuyer(world.own);
    const { body: order } = await placeOrder(buyer, world.own);
    await withClient('superuser', (client) =>
      client.query('update users set status = $2 where id = $1', [buyer.me.id, status]),
    );
    for (const path of ['/me', '/me/balance', '/orders', `/orders/${order.id}`, '/agents/commissions']) {
      expect({ path, status: (await buyer.visitor.get(path)).status }).toEqual({ path, status: 200 });
    }
    const refused = { status: 403, body: { code: `user.${status}` } };
    expect(await buyer.visitor.post<ApiProblem>(`/orders/${order.id}/payment`)).toMatchObject(refused);
    expect(await placeOrder(buyer, world.own, { tierId: world.ids.freeTier })).toMatchObject(refused);
    const { rows } = await withClient('superuser', (client) =>
      client.query(
        'select o.id from orders o where o.user_id = $1 union all select p.id from payments p where p.user_id = $1',
        [buyer.me.id],
      ),
    );
    expect(rows).toEqual([{ id: order.id }]);
  }
});

it('takes every right from an operator who was suspended, at once', async () => {
  const { own, ids } = world;
  const { id, visitor } = await appointOperator(own, 'owner');
  expect((await visitor.get(`/admin/${own.code}/releases`)).status).toBe(200);
  await withClient('superuser', (client) => client.query("update users set status = 'suspended' where id = $1", [id]));
  const refused = { status: 403, body: { code: 'user.suspended' } };
  expect(await visitor.get(`/admin/${own.code}/releases`)).toMatchObject(refused);
  expect(await visitor.get(`/admin/${own.code}/orders/${ids.order}`)).toMatchObject(refused);
  const approval = await visitor.post(`/admin/${own.code}/releases/approve`, { release_ids: [ids.release] });
  expect(approval).toMatchObject(refused);
});
