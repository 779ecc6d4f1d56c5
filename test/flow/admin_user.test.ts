import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ApiProblem, ApiVisitor } from '../../dev/client/visitor.ts';
import type { AdminUser, AdminUserDetail } from '../../worker/admin/user/shape.ts';
import { newBuyer, placeOrder } from '../harness/buyer.ts';
import { countRequests } from '../harness/count.ts';
import { withClient } from '../harness/database.ts';
import { appointOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';

interface Page {
  items: AdminUser[];
  next_cursor: string | null;
}

const patch = (operator: ApiVisitor, path: string, body: unknown) =>
  operator.send<ApiProblem>('PATCH', path, body, { origin: operator.origin });

it('finds a user by e-mail, wallet, referral code and id, on the own site alone, in one round trip', async () => {
  const [site, other] = [await mintSite(), await mintSite()];
  const [buyer, foreign] = [await newBuyer(site), await newBuyer(other)];
  const email = `find-${randomBytes(6).toString('hex')}@example.com`;
  await withClient('superuser', (client) =>
    client.query('update users set email = $1 where id = any($2)', [email, [buyer.me.id, foreign.me.id]]),
  );
  const { visitor: support } = await appointOperator(site, 'support');
  const path = `/admin/${site.code}/users`;
  const code = buyer.me.referral?.code ?? '';
  for (const q of [email, email.toUpperCase(), buyer.address, code.toLowerCase(), buyer.me.id]) {
    const { result, requests } = await countRequests(() => support.get<Page>(`${path}?q=${encodeURIComponent(q)}`));
    expect({ q, ids: result.body.items.map(({ id }) => id), trips: requests.length }).toEqual({
      q,
      ids: [buyer.me.id],
      trips: 1,
    });
  }
  const items = (await support.get<Page>(`${path}?q=${buyer.me.id}`)).body.items;
  expect(items[0]).toMatchObject({ email, wallet_address: buyer.address, status: 'active', referral_code: code });
  for (const q of [foreign.me.id, foreign.address, 'NOBODY-00000000', 'a part of one']) {
    expect((await support.get<Page>(`${path}?q=${encodeURIComponent(q)}`)).body.items).toEqual([]);
  }
  const [one, none] = [foreign.me.id, randomUUID()].map((id) => support.get<ApiProblem>(`${path}/${id}`));
  for (const answer of [await one, await none]) {
    expect([answer?.status, answer?.body.code]).toEqual([404, 'user.unknown']);
  }
});

it('turns pages, the newest first, and narrows them to a status', async () => {
  const site = await mintSite();
  const { visitor: manager } = await appointOperator(site, 'manager');
  const buyers = [await newBuyer(site), await newBuyer(site), await newBuyer(site)];
  const path = `/admin/${site.code}/users`;
  const first = (await manager.get<Page>(`${path}?limit=2`)).body;
  expect(first.items.map(({ id }) => id)).toEqual([buyers[2]?.me.id, buyers[1]?.me.id]);
  const second = (await manager.get<Page>(`${path}?limit=2&cursor=${first.next_cursor ?? ''}`)).body;
  expect(second.items[0]?.id).toBe(buyers[0]?.me.id);
  const id = buyers[1]?.me.id ?? '';
  expect((await patch(manager, `${path}/${id}`, { status: 'suspended', reason: 'fraud' })).status).toBe(204);
  const suspended = (await manager.get<Page>(`${path}?status=suspended`)).body.items;
  expect(suspended.map((user) => [user.id, user.status_reason])).toEqual([[id, 'fraud']]);
});

it('changes a standing with its audit row, once, and only from manager upwards', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const [support, manager] = [await appointOperator(site, 'support'), await appointOperator(site, 'manager')];
  const path = `/admin/${site.code}/users/${buyer.me.id}`;
  const restrict = { status: 'restricted', kyc: 'approved', reason: 'under age' };
  expect(await patch(support.visitor, path, restrict)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  for (const body of [{ status: 'suspended' }, { status: 'gone', reason: 'x' }, { closed_at: null }]) {
    expect(await patch(manager.visitor, path, body)).toMatchObject({
      status: 400,
      body: { code: 'request.malformed' },
    });
  }
  const answers = await Promise.all([1, 2, 3].map(() => patch(manager.visitor, path, restrict)));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  const { rows } = await withClient('superuser', (client) =>
    client.query('select actor_id, action, before, after from audit_log where subject_id = $1', [buyer.me.id]),
  );
  expect(rows).toEqual([
    {
      actor_id: manager.id,
      action: 'user.standing',
      before: { status: 'active', status_reason: null, kyc: 'none' },
      after: { status: 'restricted', status_reason: 'under age', kyc: 'approved', reason: 'under age' },
    },
  ]);
  const shown = await support.visitor.get<AdminUserDetail>(path);
  expect(shown.body).toMatchObject({ status: 'restricted', kyc: 'approved', order_count: 0 });
  expect(await placeOrder(buyer, site)).toMatchObject({ status: 403, body: { code: 'user.restricted' } });
});
