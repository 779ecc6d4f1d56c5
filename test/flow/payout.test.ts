import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { chainBalance } from '../../dev/client/chain.ts';
import { demoSites } from '../../dev/demo/site.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import type { AdminRelease, ApproveResult } from '../../worker/admin/shape.ts';
import { newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

async function bought(site: MintedSite) {
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity: 1 });
  await payOrder(buyer, placed.body.id);
  return { buyer, paid: await paidOrder(buyer, placed.body.id) };
}

async function dueIds(operator: ApiVisitor, site: MintedSite): Promise<string[]> {
  const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases?state=due`);
  return body.items.map(({ id }) => id);
}

const approve = (operator: ApiVisitor, site: MintedSite, ids: string[]) =>
  operator.post<ApproveResult>(`/admin/${site.code}/releases/approve`, { release_ids: ids });

it('approves each release for itself: one within the card-risk window waits, an unknown one is named', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 2 } });
  const { buyer, paid } = await bought(site);
  const operator = await newOperator();
  const [release = ''] = await dueIds(operator, site);
  const unknown = randomUUID();
  const { body: early } = await approve(operator, site, [release, unknown]);
  expect(early.results).toMatchObject([
    { id: release, approved: false, code: 'release.risk_window' },
    { id: unknown, approved: false, code: 'release.unknown' },
  ]);
  await shiftClock(stack.database.owner, 3);
  try {
    // An operator's session does not outlive three days.
    const { body: late } = await approve(await newOperator(), site, [release]);
    expect(late.results).toMatchObject([{ id: release, approved: true }]);
    await waitFor('the payout', async () => {
      const { rows } = await withClient('superuser', (client) =>
        client.query("select from payouts where site_id = $1 and state = 'confirmed'", [site.siteId]),
      );
      return rows.length === 1 ? true : undefined;
    });
  } finally {
    await shiftClock(stack.database.owner, null);
  }
  expect(await chainBalance(stack.chain.rpc, site.token, buyer.address)).toBe(
    BigInt(paid.allocation?.releases[0]?.amount_base ?? 0),
  );
  await expectChecks();
});

it('takes no more releases in one approval than the site’s setting', async () => {
  const site = await mintSite({ settings: { approvalBatchMax: 2 } });
  const operator = await newOperator();
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const refused = { status: 400, body: { code: 'request.malformed', detail: expect.stringContaining('2') as string } };
  expect(await approve(operator, site, ids)).toMatchObject(refused);
  expect((await approve(operator, site, ids.slice(1))).body.results).toHaveLength(2);
});

it('approves no release of a site without an asset to pay out, and no site is set up so any more', async () => {
  const without = mintSite({ site: { custodyAsset: null } });
  await expect(without).rejects.toMatchObject({ cause: { constraint: 'sites_token' } });
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  await bought(site);
  const operator = await newOperator();
  const ids = await dueIds(operator, site);
  const asset = demoSites.find(({ site: { code } }) => code === 'na')?.site.custodyAsset;
  await withClient('superuser', async (client) => {
    const { rows } = await client.query<{ rule: string }>(
      "select pg_get_constraintdef(oid) as rule from pg_constraint where conname = 'sites_token'",
    );
    // As one that was set up before the rule held.
    await client.query('alter table sites drop constraint sites_token');
    await client.query('update sites set custody_asset = null where id = $1', [site.siteId]);
    await client.query(`alter table sites add constraint sites_token ${rows[0]?.rule ?? ''}`);
    expect((await approve(operator, site, ids)).body.results).toMatchObject([
      { approved: false, code: 'custody.missing' },
    ]);
    await client.query('update sites set custody_asset = $2 where id = $1', [site.siteId, asset]);
  });
  expect((await approve(operator, site, ids)).body.results).toMatchObject([{ approved: true }]);
  await expectChecks();
});

it('pays a release once, however often and by whomever it is approved', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const { buyer, paid } = await bought(site);
  const operators = await Promise.all([newOperator(), newOperator()]);
  const ids = await dueIds(operators[0], site);
  const answers = await Promise.all([...operators, ...operators].map((operator) => approve(operator, site, ids)));
  for (const { body } of answers) expect(body.results).toMatchObject([{ approved: true }]);
  await ask(`${stack.control}/cron`, { method: 'POST' });
  await waitFor('the payout', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query<{ state: string }>('select state from payouts where site_id = $1', [site.siteId]),
    );
    return rows.every(({ state }) => state === 'confirmed') && rows.length > 0 ? rows : undefined;
  });
  const { rows: audits } = await withClient('superuser', (client) =>
    client.query("select from audit_log where site_id = $1 and action = 'release.approve'", [site.siteId]),
  );
  expect(audits).toHaveLength(1);
  expect(await chainBalance(stack.chain.rpc, site.token, buyer.address)).toBe(
    BigInt(paid.allocation?.releases[0]?.amount_base ?? 0),
  );
  await expectChecks();
});

it('lets only those operate a site who were appointed to it, and only the ranks that may', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 0 }, onlyOwner: true });
  await bought(site);
  const [owner, manager, administrator] = stack.demo.operators.map(({ privateKey }) => privateKey);
  const signedIn = async (key: string | undefined) => {
    const visitor = new ApiVisitor(stack.platform.url);
    await visitor.signIn(key ?? '');
    return visitor;
  };
  const ids = await dueIds(await signedIn(owner), site);
  expect(ids).toHaveLength(1);
  for (const stranger of [await signedIn(manager), await signedIn(administrator)]) {
    for (const answer of [
      await stranger.get<ApiProblem>(`/admin/${site.code}/releases`),
      await stranger.get<ApiProblem>('/admin/nowhere/releases'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'request.not_found' } });
    }
    expect(await approve(stranger, site, ids)).toMatchObject({ status: 404 });
  }
  // On asia the demo's manager is support: reads, and may not approve.
  const support = await signedIn(manager);
  expect((await support.get('/admin/asia/releases')).status).toBe(200);
  expect(await support.post<ApiProblem>('/admin/asia/releases/approve', { release_ids: [randomUUID()] })).toMatchObject(
    {
      status: 403,
      body: { code: 'auth.forbidden' },
    },
  );
  const anonymous = new ApiVisitor(stack.platform.url);
  expect((await anonymous.get('/admin/na/releases')).status).toBe(401);
});

it('answers operator routes on a site host as routes that do not exist', async () => {
  const stack = useStack();
  const site = await mintSite();
  const owner = new ApiVisitor(site.url);
  await owner.signIn(stack.demo.operators[0]?.privateKey ?? '');
  const random = await owner.get<ApiProblem>('/nothing/here');
  for (const path of [`/admin/${site.code}/releases`, '/admin/na/releases', '/platform/sites']) {
    const answer = await owner.get<ApiProblem>(path);
    expect({ path, status: answer.status, code: answer.body.code }).toEqual({
      path,
      status: 404,
      code: random.body.code,
    });
  }
  expect((await owner.post(`/admin/${site.code}/releases/approve`, { release_ids: [randomUUID()] })).status).toBe(404);
  expect((await owner.post('/webhooks/stripe', {})).status).toBe(404);
});
