import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { userIdOf } from '../../dev/oidc/user.ts';
import { makeReferralCode } from '../../domain/referral/code.ts';
import type { Me } from '../../worker/me/shape.ts';
import { newBuyer, placeOrder } from '../harness/buyer.ts';
import { countRequests } from '../harness/count.ts';
import { withSite } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { personTokens, programToken } from '../harness/token.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (origin: string, path: string, headers: Record<string, string>, method = 'GET') =>
  new ApiVisitor(origin).send<ApiProblem>(method, path, undefined, headers);
const refused = async (...asked: Parameters<typeof ask>) => {
  const { status, body } = await ask(...asked);
  return `${status} ${body.code}`;
};

/** Lets the local program read of a site. */
const admitProgram = (site: MintedSite, scopes: string[], active = true) =>
  withSite('owner', site.siteId, (client) =>
    client.query(
      `insert into machine_clients (site_id, id, client_id, name, scopes, active, created_at)
       values ($1, $2, $3, 'test', $4, $5, app.now())`,
      [site.siteId, randomUUID(), useStack().oidc.clients.machine.clientId, scopes, active],
    ),
  );

describe('a program', () => {
  it('reads what its token and the site’s own grant both name, in one round trip', async () => {
    const site = await mintSite();
    await admitProgram(site, ['read:orders', 'read:allocations']);
    const { body: order } = await placeOrder(await newBuyer(site), site);
    const { platform } = useStack();
    const token = await programToken('machine');
    for (const path of [`/admin/${site.code}/orders`, `/admin/${site.code}/orders/${order.id}`]) {
      await ask(platform.url, path, bearer(token));
      const { result, requests } = await countRequests(() => ask(platform.url, path, bearer(token)));
      expect({ path, status: result.status, roles: requests.map(({ role }) => role) }).toEqual({
        path,
        status: 200,
        roles: ['posx_readonly'],
      });
    }
    // Granted by the site but not in the token; then in neither.
    expect(await refused(platform.url, `/admin/${site.code}/releases`, bearer(token))).toBe('403 auth.scope');
    const narrow = await programToken('machine', { scope: 'read:tiers' });
    expect(await refused(platform.url, `/admin/${site.code}/orders`, bearer(narrow))).toBe('403 auth.scope');
  });

  it('is unknown to a site that did not admit it, or no longer does', async () => {
    const [stranger, former, narrow] = await Promise.all([mintSite(), mintSite(), mintSite()]);
    await admitProgram(former, ['read:orders'], false);
    await admitProgram(narrow, ['read:tiers']);
    const { platform } = useStack();
    const token = bearer(await programToken('machine'));
    for (const code of [stranger.code, former.code, 'nowhere']) {
      expect(await refused(platform.url, `/admin/${code}/orders`, token)).toBe('404 request.not_found');
    }
    expect(await refused(platform.url, `/admin/${narrow.code}/orders`, token)).toBe('403 auth.scope');
  });

  it('changes nothing, and goes nowhere else', async () => {
    const site = await mintSite();
    await admitProgram(site, ['read:orders', 'read:allocations', 'read:tiers', 'read:reports']);
    const { platform } = useStack();
    const token = bearer(await programToken('machine'));
    const elsewhere: Parameters<typeof ask>[] = [
      [platform.url, `/admin/${site.code}/releases/approve`, token, 'POST'],
      [platform.url, `/admin/${site.code}/users`, token],
      [platform.url, '/me', token],
      [platform.url, '/platform/users', token],
      [site.url, '/me', token],
      [site.url, '/orders', token],
      [site.url, `/admin/${site.code}/orders`, token],
    ];
    for (const each of elsewhere) {
      const { status, headers, body } = await ask(...each);
      expect([status, body.code, headers['www-authenticate']]).toEqual([
        403,
        'auth.scope',
        'Bearer error="insufficient_scope"',
      ]);
    }
  });
});

describe('a person’s token', () => {
  const email = `token-${randomBytes(6).toString('hex')}@example.com`;
  let site: MintedSite;
  let tokens: Awaited<ReturnType<typeof personTokens>>;
  beforeAll(async () => {
    // An audience is one site's alone: it goes back when these tests end.
    site = await mintSite({ site: { authAudience: useStack().oidc.audience } });
    await withSite('owner', site.siteId, async (client) => {
      const id = randomUUID();
      await client.query(
        `insert into users (site_id, id, status, kyc, auth0_sub, email, email_verified, created_at)
         values ($1, $2, 'active', 'none', $3, $4, true, app.now())`,
        [site.siteId, id, userIdOf(email), email],
      );
      await client.query(
        `insert into referrals (site_id, user_id, code, agent_status, direct_sales_minor) values ($1, $2, $3, 'none', 0)`,
        [site.siteId, id, makeReferralCode(site.code, randomBytes(5))],
      );
    });
    tokens = await personTokens(email);
  });
  afterAll(() =>
    withSite('owner', site.siteId, (client) =>
      client.query('update sites set auth_audience = null where id = $1', [site.siteId]),
    ),
  );

  it('counts on the site whose API it is for, and on no other', async () => {
    const token = bearer(tokens.access_token);
    await ask(site.url, '/me', token);
    const { result, requests } = await countRequests(() => new ApiVisitor(site.url).get<Me>('/me', token));
    expect([result.status, requests.length]).toEqual([200, 1]);
    const other = await mintSite();
    expect(await refused(other.url, '/me', token)).toBe('401 auth.required');
    expect(await refused(useStack().platform.url, '/me', token)).toBe('401 auth.token_invalid');
    expect(await refused(useStack().platform.url, `/admin/${site.code}/orders`, token)).toBe('401 auth.token_invalid');
  });

  it('is nobody’s whom the site does not know', async () => {
    const stranger = await personTokens(`stranger-${randomBytes(6).toString('hex')}@example.com`);
    expect(await refused(site.url, '/me', bearer(stranger.access_token))).toBe('401 auth.required');
  });

  it('comes without a session', async () => {
    const { visitor } = await newBuyer(site);
    const answer = await visitor.get<ApiProblem>('/me', bearer(tokens.access_token));
    expect([answer.status, answer.body.code]).toEqual([400, 'auth.ambiguous']);
  });

  it('is refused in one voice when it is none', async () => {
    const { access_token: token, id_token: idToken, refresh_token: refreshToken } = tokens;
    const [header = '', payload = '', signature = ''] = token.split('.');
    const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const management = await programToken('management', { audience: `${useStack().oidc.issuer}api/v2/` });
    const none: Record<string, string> = {
      'another scheme': `Basic ${btoa('web:web-secret')}`,
      'no token': 'Bearer',
      'two tokens': `Bearer ${token}, Bearer ${token}`,
      garbage: 'Bearer x.y.z',
      'an ID token': `Bearer ${idToken}`,
      'a refresh token': `Bearer ${refreshToken}`,
      'for another API': `Bearer ${management}`,
      unsigned: `Bearer ${json({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      'of an unknown key': `Bearer ${json({ alg: 'RS256', typ: 'at+jwt', kid: 'forged' })}.${payload}.${signature}`,
      tampered: `Bearer ${header}.${json({ ...claims, sub: 'auth0|eve' })}.${signature}`,
      oversized: `Bearer ${header}.${payload}${'A'.repeat(8_192)}.${signature}`,
    };
    for (const [what, authorization] of Object.entries(none)) {
      const { status, headers, body } = await ask(site.url, '/me', { authorization });
      const told = { status, detail: body.detail, challenge: headers['www-authenticate'] };
      expect({ what, ...told }).toEqual({
        what,
        status: 401,
        detail: 'The access token is not valid.',
        challenge: 'Bearer error="invalid_token"',
      });
    }
  });
});
