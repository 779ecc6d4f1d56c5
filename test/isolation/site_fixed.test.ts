import { beforeAll, expect, it } from 'vitest';
import { withClient } from '../harness/database.ts';
import { attempt } from './attempt.ts';
import { MATRIX_ROLES, TABLES } from './table_expectation.ts';
import { fillSites, type FilledSites } from './table_row.ts';

let sites: FilledSites;
beforeAll(async () => {
  sites = await fillSites();
});

/** An event of no site may be given one by hand once somebody knows it; every other row's site is for ever. */
const MAY_GET_A_SITE = ['public.webhook_events', 'public.dead_letters'];

const OF_SITES = Object.entries(TABLES).flatMap(([table, { site }]) => (site === undefined ? [table] : []));

it.each(OF_SITES)('nobody moves a row of %s to another site', async (table) => {
  const { own, other } = sites;
  const move = `update ${table} set site_id = '${other.siteId}' where site_id = '${own.siteId}'`;
  await withClient('superuser', async (client) => {
    const refused = (role: (typeof MATRIX_ROLES)[number] | 'superuser') =>
      expect(attempt(client, { role, siteId: own.siteId }, move), role).rejects;
    for (const role of MATRIX_ROLES.filter((each) => each !== 'owner')) {
      await refused(role).toMatchObject({ code: '42501' });
    }
    if (MAY_GET_A_SITE.includes(table)) {
      await refused('owner').toMatchObject({ code: '42501', message: expect.stringContaining('row-level') as unknown });
      return;
    }
    const trigger = { code: 'PX001', detail: expect.stringMatching(/never moves|is append-only/) as unknown };
    await refused('owner').toMatchObject(trigger);
    await refused('superuser').toMatchObject(trigger);
  });
});
