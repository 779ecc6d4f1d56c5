import { expect, it } from 'vitest';
import { loadChecks, runChecks } from '../../drizzle/check.ts';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** A site where an operator approved `count` releases, which leaves as many audit rows. */
async function audited(count: number): Promise<MintedSite> {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const operator = await newOperator();
  for (let bought = 0; bought < count; bought += 1) {
    const order = await buy(await newBuyer(site), site);
    const due = order.allocation?.releases.find(({ state }) => state === 'due');
    const answer = await operator.post(`/admin/${site.code}/releases/approve`, { release_ids: [due?.id] });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }
  return site;
}

const seals = (site: MintedSite) =>
  withSite('readonly', site.siteId, async (client) => {
    const { rows } = await client.query<{ sequence: number; sealed: string | null }>(
      `select s.sequence::int, s.audit_id as sealed from audit_seals s where s.site_id = $1 order by s.sequence`,
      [site.siteId],
    );
    return rows;
  });

it('seals each audit row once, in a chain of its site, however many sweeps run at once', async () => {
  const site = await audited(3);
  const fire = () => ask(`${useStack().control}/cron?name=audit.seal`, { method: 'POST' });
  await Promise.all([fire(), fire(), fire()]);
  const sealed = await waitFor('the seals', async () => {
    const rows = await seals(site);
    return rows.length >= 3 ? rows : undefined;
  });
  await fire();
  expect(sealed.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(new Set(sealed.map((row) => row.sealed)).size).toBe(3);
  expect(await seals(site)).toEqual(sealed);
  await expectChecks();
});

it('shows every change made past the triggers', async () => {
  const site = await audited(2);
  await withSite('queue', site.siteId, (client) => client.query('select * from app.seal_audit(100)'));
  const chain = (await loadChecks()).filter(({ name }) => name === 'audit_chain');
  const tampering = [
    `update audit_log set request_id = 'other'`,
    `update audit_log set at = at + interval '1 second'`,
    `update audit_log set after = '{"state": "other"}'`,
    'delete from audit_log where id = (select max(id::text)::uuid from audit_log where site_id = $1)',
    'delete from audit_seals where sequence = 1',
    `update audit_seals set hash = sha256('other') where sequence = 2`,
  ];
  for (const change of tampering) {
    await withClient('superuser', async (client) => {
      await client.query('begin');
      await client.query('alter table audit_log disable trigger all; alter table audit_seals disable trigger all');
      const statement = change.includes('where') ? `${change} and site_id = $1` : `${change} where site_id = $1`;
      await client.query(statement, [site.siteId]);
      expect((await runChecks(client, chain)).length, change).toBeGreaterThan(0);
      await client.query('rollback');
    });
  }
});
