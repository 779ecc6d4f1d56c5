import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { generatePrivateKey } from 'viem/accounts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import type { SessionList } from '../../worker/session/shape.ts';
import { withClient } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';

const SIGN_IN = { status: 401, body: { code: 'auth.required' } };
const UNKNOWN = { status: 404, body: { code: 'session.unknown' } };

const remove = (visitor: ApiVisitor, path: string) =>
  visitor.send<ApiProblem>('DELETE', path, undefined, { origin: visitor.origin });

const list = async (visitor: ApiVisitor) => (await visitor.get<SessionList>('/me/sessions')).body.items;

const tokenIn = (cookie: string) => new RegExp(`${SESSION_COOKIE}=([^;]+)`).exec(cookie)?.[1] ?? '';

/** The row of a visitor's session, by its token. */
async function rowOf(cookie: string): Promise<Record<string, unknown>> {
  const hash = createHash('sha256').update(tokenIn(cookie)).digest();
  const { rows } = await withClient('superuser', (client) =>
    client.query<Record<string, unknown>>(
      `select *, extract(epoch from expires_at - created_at) / 60 as absolute_minutes from sessions where token_hash = $1`,
      [hash],
    ),
  );
  return rows[0] ?? {};
}

const auditOf = async (sessionId: unknown) => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ event: string; method: string; client_address: string; at: Date }>(
      'select event, method, client_address from login_audit where session_id = $1 order by id',
      [sessionId],
    ),
  );
  return rows;
};

it('opens sessions with the limits of the host, stores no token, and tells of it', async () => {
  const site = await mintSite();
  const buyer = new ApiVisitor(site.url);
  await buyer.signIn(generatePrivateKey());
  const row = await rowOf(buyer.cookie);
  expect(row).toMatchObject({ method: 'wallet', idle_minutes: 10_080, recheck_at: null, refresh_token: null });
  expect(Number(row['absolute_minutes'])).toBe(43_200);
  expect(tokenIn(buyer.cookie)).toMatch(/^[0-9a-f]{64}$/);
  expect(await auditOf(row['id'])).toMatchObject([{ event: 'signed_in', method: 'wallet' }]);
  const operator = await rowOf((await newOperator()).cookie);
  expect([operator['idle_minutes'], Number(operator['absolute_minutes'])]).toEqual([120, 720]);
});

it('replaces the session a sign-in came with, also when somebody else signs in', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const first = await visitor.signIn(generatePrivateKey());
  const before = visitor.cookie;
  const second = await visitor.signIn(generatePrivateKey());
  expect(second.id).not.toBe(first.id);
  expect(tokenIn(visitor.cookie)).not.toBe(tokenIn(before));
  expect(await new ApiVisitor(site.url).get('/me', { cookie: before })).toMatchObject(SIGN_IN);
  expect(await rowOf(before)).toMatchObject({ end_reason: 'replaced' });
});

it('makes no session of a token that the browser brings', async () => {
  const site = await mintSite();
  const planted = 'ab'.repeat(32);
  const visitor = new ApiVisitor(site.url);
  const attacker = { cookie: `${SESSION_COOKIE}=${planted}` };
  expect(await visitor.get('/me', attacker)).toMatchObject(SIGN_IN);
  await visitor.signIn(generatePrivateKey());
  expect(tokenIn(visitor.cookie)).not.toBe(planted);
  expect(await new ApiVisitor(site.url).get('/me', attacker)).toMatchObject(SIGN_IN);
});

it('lists the living sessions, marks the one that asks, and ends one of them at once', async () => {
  const site = await mintSite();
  const key = generatePrivateKey();
  const [here, there] = [new ApiVisitor(site.url), new ApiVisitor(site.url)];
  await here.signIn(key);
  await there.signIn(key);
  const seen = await list(here);
  expect(seen).toHaveLength(2);
  expect(seen.filter(({ current }) => current).map(({ id }) => id)).toEqual([(await rowOf(here.cookie))['id']]);
  const other = seen.find(({ current }) => !current)?.id ?? '';
  expect((await remove(here, `/me/sessions/${other}`)).status).toBe(204);
  expect(await there.get('/me')).toMatchObject(SIGN_IN);
  expect(await list(here)).toHaveLength(1);
  expect(await rowOf(there.cookie)).toMatchObject({ end_reason: 'revoked' });
  expect((await auditOf(other)).map(({ event }) => event)).toEqual(['signed_in', 'session_revoked']);
  expect(await remove(here, `/me/sessions/${other}`)).toMatchObject(UNKNOWN);
});

it('ends nobody else’s session, and says of it what it says of none', async () => {
  const site = await mintSite();
  const [one, two] = [new ApiVisitor(site.url), new ApiVisitor(site.url)];
  await one.signIn(generatePrivateKey());
  await two.signIn(generatePrivateKey());
  const theirs = String((await rowOf(two.cookie))['id']);
  expect(await remove(one, `/me/sessions/${theirs}`)).toMatchObject(UNKNOWN);
  expect(await remove(one, `/me/sessions/${crypto.randomUUID()}`)).toMatchObject(UNKNOWN);
  expect((await remove(one, '/me/sessions')).status).toBe(204);
  expect((await two.get('/me')).status).toBe(200);
});

it('ends every session but the one that asks, and the one that asks when it is named', async () => {
  const site = await mintSite();
  const key = generatePrivateKey();
  const browsers = [0, 1, 2].map(() => new ApiVisitor(site.url));
  for (const browser of browsers) await browser.signIn(key);
  const [here, ...others] = browsers;
  if (here === undefined) throw new TypeError('there are three');
  expect((await remove(here, '/me/sessions')).status).toBe(204);
  for (const other of others) expect(await other.get('/me')).toMatchObject(SIGN_IN);
  const [mine] = await list(here);
  const { cookie } = here;
  expect((await remove(here, `/me/sessions/${mine?.id ?? ''}`)).status).toBe(204);
  expect(here.cookie).not.toContain(SESSION_COOKIE);
  expect(await new ApiVisitor(site.url).get('/me', { cookie })).toMatchObject(SIGN_IN);
});

it('ends a session that nobody used for its idle time, or that is too old, and lists it no more', async () => {
  const site = await mintSite();
  const key = generatePrivateKey();
  for (const [column, minutes] of [
    ['seen_at', 10_080],
    ['expires_at', 43_200],
  ] as const) {
    const [visitor, witness] = [new ApiVisitor(site.url), new ApiVisitor(site.url)];
    await visitor.signIn(key);
    await witness.signIn(key);
    const { id } = await rowOf(visitor.cookie);
    const move = (by: number) =>
      withClient('superuser', (client) =>
        client.query(`update sessions set ${column} = ${column} - make_interval(mins => $2) where id = $1`, [id, by]),
      );
    await move(minutes - 1);
    expect((await list(witness)).map((each) => each.id)).toContain(id);
    await move(2);
    expect(await visitor.get('/me')).toMatchObject(SIGN_IN);
    expect((await list(witness)).map((each) => each.id)).not.toContain(id);
    expect(await remove(witness, `/me/sessions/${String(id)}`)).toMatchObject(UNKNOWN);
  }
});

it('records a sign-out once', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  await visitor.signIn(generatePrivateKey());
  const { cookie } = visitor;
  const { id } = await rowOf(cookie);
  for (let time = 0; time < 2; time += 1) {
    expect((await visitor.post('/auth/logout', undefined, { cookie })).status).toBe(204);
  }
  expect(await rowOf(cookie)).toMatchObject({ end_reason: 'signed_out' });
  expect((await auditOf(id)).map(({ event }) => event)).toEqual(['signed_in', 'signed_out']);
});
