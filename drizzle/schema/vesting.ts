import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, siteId } from './column.ts';
import { sites } from './site.ts';

/** How tokens unlock. One is the site's default. */
export const vestingPolicies = pgTable(
  'vesting_policies',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    isDefault: boolean().notNull(),
    tgeBasisPoints: integer().notNull(),
    cliffCount: integer().notNull(),
    periodCount: integer().notNull(),
    periodUnit: text({ enum: ['day', 'week', 'month'] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    uniqueIndex('vesting_policies_default')
      .on(t.siteId)
      .where(sql`${t.isDefault}`),
    check('vesting_policies_tge', sql`${t.tgeBasisPoints} between 0 and 10000`),
    check('vesting_policies_periods', sql`${t.cliffCount} >= 0 and ${t.periodCount} >= 0`),
    check('vesting_policies_whole', sql`${t.tgeBasisPoints} = 10000 or ${t.periodCount} > 0`),
  ],
);
