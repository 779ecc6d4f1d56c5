import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import type { Export } from '../../worker/me/shape.ts';
import { buy, newBuyer, placeOrder, type Buyer } from '../harness/buyer.ts';
import { placesOf } from '../harness/canary.ts';
import { countRequests } from '../harness/count.ts';
import { withClient } from '../harness/database.ts';
import { appointOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

type Person = Record<'email' | 'subject' | 'browser' | 'network' | 'address', string>;

/** Gives a buyer all that names a person: the browser tests show how it gets there. */
async function named(buyer: Buyer): Promise<Person> {
  const word = randomBytes(6).toString('hex');
  const person = {
    email: `canary-${word}@example.com`,
    subject: `auth0|canary${word}`,
    browser: `Canary/${word}`,
    network: `2001:db8::${word}`,
  };
  await withClient('superuser', async (client) => {
    await client.query(
      `update users set email = $2, auth0_sub = $3, email_verified = true, locale = 'en', status_reason = $2 where id = $1`,
      [buyer.me.id, person.email, person.subject],
    );
    await client.query('update sessions set user_agent = $2 where user_id = $1', [buyer.me.id, person.browser]);
    await client.query(
      `insert into login_audit (site_id, id, user_id, event, client_address, user_agent, request_id, at)
       select site_id, gen_random_uuid(), id, 'signed_in', $3, $2, 'r', app.now() from users where id = $1`,
      [buyer.me.id, person.browser, person.network],
    );
    // A challenge of a day ago is the sweeps' to clear.
    await client.query('delete from auth_nonces where address = $1', [buyer.address.toLowerCase()]);
  });
  return { ...person, address: buyer.address.toLowerCase() };
}

const pretendSignedIn = (buyer: Buyer, minutesAgo: number) =>
  withClient('superuser', (client) =>
    client.query('update sessions set created_at = app.now() - make_interval(mins => $2) where user_id = $1', [
      buyer.me.id,
      minutesAgo,
    ]),
  );

/** Lets an order's time run out, and waits until the platform has noticed. */
async function expire(orderId: string): Promise<void> {
  await withClient('superuser', (client) =>
    client.query("update orders set expires_at = app.now() - interval '1 minute' where id = $1", [orderId]),
  );
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  await waitFor('the order to expire', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query("select 1 from orders where id = $1 and status = 'expired'", [orderId]),
    );
    return rows.length > 0 ? true : undefined;
  });
}

it('exports everything of a person and nobody else, in one round trip, to a fresh sign-in', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const person = await named(buyer);
  const paid = await buy(buyer, site, { referralCode: site.agents[1].referralCode });
  const other = await newBuyer(site);
  await placeOrder(other, site);
  const { result, requests } = await countRequests(() => buyer.visitor.get<Export>('/me/export'));
  expect([result.status, requests.filter(({ role }) => role === 'posx_app').length]).toEqual([200, 1]);
  const copy = result.body;
  expect(copy).toMatchObject({ site: site.code, account: [{ id: buyer.me.id, email: person.email }] });
  expect(copy.orders.map(({ id, wallet_address }) => [id, wallet_address])).toEqual([[paid.id, person.address]]);
  for (const noun of ['wallets', 'sessions', 'sign_ins', 'payments', 'allocations', 'releases', 'referral'] as const) {
    expect([noun, copy[noun].length > 0]).toEqual([noun, true]);
  }
  const text = JSON.stringify(copy);
  for (const secret of ['token_hash', 'refresh_token', other.me.id, site.agents[1].id])
    expect(text).not.toContain(secret);
  const { rows } = await withClient('superuser', (client) =>
    client.query("select event from login_audit where user_id = $1 and event = 'exported'", [buyer.me.id]),
  );
  expect(rows).toHaveLength(1);
  await pretendSignedIn(buyer, 16);
  const stale = await buyer.visitor.get<ApiProblem>('/me/export');
  expect([stale.status, stale.body.code]).toEqual([403, 'auth.fresh_required']);
});

it('forgets a buyer on request: no table names them but where tokens were to go', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  const person = await named(buyer);
  const open = await buyer.visitor.post<ApiProblem>('/me/anonymise', { confirm: true });
  expect([open.status, open.body.code]).toEqual([409, 'user.open_claims']);
  expect(await placesOf(person.email)).toEqual(['users.email', 'users.status_reason']);
  await expire(order.id);

  for (const body of [{ confirm: false }, {}]) {
    expect((await buyer.visitor.post('/me/anonymise', body)).status).toBe(400);
  }
  expect((await buyer.visitor.post('/me/anonymise', { confirm: true })).status).toBe(204);
  for (const word of [person.email, person.subject, person.browser, person.network]) {
    expect({ word, places: await placesOf(word) }).toEqual({ word, places: [] });
  }
  // The order says where its tokens were to go: that is a record of the sale, and the chain tells it to everybody.
  expect(await placesOf(person.address)).toEqual(['orders.wallet_address']);
  expect((await buyer.visitor.get('/me')).status).toBe(401);

  // The same wallet is a new person.
  const back = await new ApiVisitor(site.url).signIn(buyer.privateKey);
  expect(back.id).not.toBe(buyer.me.id);
});

it('is an owner’s to do, never against an open claim, and audited without a name', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const person = await named(buyer);
  const [manager, owner] = [await appointOperator(site, 'manager'), await appointOperator(site, 'owner')];
  const path = `/admin/${site.code}/users/${buyer.me.id}/anonymise`;
  const body = { reason: 'asked by letter' };
  expect((await manager.visitor.post<ApiProblem>(path, body)).body.code).toBe('auth.forbidden');
  const bought = await newBuyer(site);
  await placeOrder(bought, site);
  const claimed = await owner.visitor.post<ApiProblem>(path.replace(buyer.me.id, bought.me.id), body);
  expect([claimed.status, claimed.body.code]).toEqual([409, 'user.open_claims']);

  expect((await owner.visitor.post(path, body)).status).toBe(204);
  expect((await buyer.visitor.get('/me')).status).toBe(401);
  expect((await bought.visitor.get('/me')).status).toBe(200);
  for (const word of [person.email, person.subject, person.browser, person.address]) {
    expect({ word, places: await placesOf(word) }).toEqual({ word, places: [] });
  }
  expect((await owner.visitor.post<ApiProblem>(path, body)).body.code).toBe('user.unknown');
  const { rows } = await withClient('superuser', (client) =>
    client.query('select action, actor_id, after from audit_log where subject_id = $1', [buyer.me.id]),
  );
  expect(rows).toEqual([{ action: 'user.anonymise', actor_id: owner.id, after: body }]);
});
