import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { userIdOf } from '../../dev/oidc/user.ts';
import type { BlockResult, People } from '../../worker/platform/shape.ts';
import { newBuyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { appointAdministrator, appointOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { personTokens } from '../harness/token.ts';

const newEmail = () => `block-${randomBytes(6).toString('hex')}@example.com`;
const pathOf = (email: string, verb: string) => `/platform/users/${encodeURIComponent(userIdOf(email))}/${verb}`;

/** Makes signed-in buyers of these sites the accounts of one person at Auth0. */
async function asPerson(email: string, userIds: readonly string[]): Promise<void> {
  await withClient('superuser', (client) =>
    client.query('update users set auth0_sub = $1, email = $2 where id = any($3)', [userIdOf(email), email, userIds]),
  );
}

const auditOf = async (reason: string) => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ action: string; outcome: string }>(
      "select action, after ->> 'outcome' as outcome from audit_log where after ->> 'reason' = $1 order by id",
      [reason],
    ),
  );
  return rows.map(({ action, outcome }) => `${action} ${outcome}`);
};

it('blocks a person everywhere, says so in the audit before and after, and lets them back', async () => {
  const email = newEmail();
  await personTokens(email);
  const [first, second] = [await newBuyer(await mintSite()), await newBuyer(await mintSite())];
  const bystander = await newBuyer(await mintSite());
  await asPerson(email, [first.me.id, second.me.id]);
  const { visitor: administrator } = await appointAdministrator();
  const found = await administrator.get<People>(`/platform/users?email=${email.toUpperCase()}`);
  expect(found.body.items.map(({ id, subject }) => ({ id, subject }))).toEqual(
    expect.arrayContaining([first, second].map(({ me }) => ({ id: me.id, subject: userIdOf(email) }))),
  );

  const reason = randomUUID();
  const blocked = await administrator.post<BlockResult>(pathOf(email, 'block'), { reason });
  expect(blocked).toMatchObject({ status: 200, body: { subject: userIdOf(email), blocked: true, sessions_ended: 2 } });
  expect(await auditOf(reason)).toEqual(['person.block begun', 'person.block done']);
  for (const { visitor } of [first, second]) expect((await visitor.get('/me')).status).toBe(401);
  expect((await bystander.visitor.get('/me')).status).toBe(200);
  await expect(personTokens(email)).rejects.toThrow();

  const again = await administrator.post<BlockResult>(pathOf(email, 'unblock'), { reason });
  expect(again).toMatchObject({ status: 200, body: { blocked: false, sessions_ended: 0 } });
  expect((await personTokens(email)).access_token).toBeTypeOf('string');
});

it('tells of a person whom Auth0 does not know, and keeps the attempt on record', async () => {
  const { visitor } = await appointAdministrator();
  const reason = randomUUID();
  const answer = await visitor.post<ApiProblem>(pathOf(newEmail(), 'block'), { reason });
  expect([answer.status, answer.body.code]).toEqual([404, 'user.unknown']);
  expect(await auditOf(reason)).toEqual(['person.block begun', 'person.block unknown_user']);
});

it('is for administrators alone', async () => {
  const site = await mintSite();
  const { visitor: owner } = await appointOperator(site, 'owner');
  const email = newEmail();
  await personTokens(email);
  const reason = randomUUID();
  const refused = await owner.post<ApiProblem>(pathOf(email, 'block'), { reason });
  expect([refused.status, refused.body.code]).toEqual([404, 'request.not_found']);
  const stranger = await new ApiVisitor(useStack().platform.url).post<ApiProblem>(pathOf(email, 'block'), { reason });
  expect([stranger.status, stranger.body.code]).toEqual([401, 'auth.required']);
  const buyer = await newBuyer(site);
  expect((await buyer.visitor.post(pathOf(email, 'block'), { reason })).status).toBe(404);
  expect(await auditOf(reason)).toEqual([]);
  expect((await personTokens(email)).access_token).toBeTypeOf('string');
});
