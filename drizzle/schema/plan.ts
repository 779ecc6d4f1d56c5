import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, minor, siteId } from './column.ts';
import { sites } from './site.ts';

/** What agents earn on a site. A changed plan is a new row: orders and entries keep the one they used. */
export const commissionPlans = pgTable(
  'commission_plans',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    name: text().notNull(),
    version: integer().notNull(),
    mode: text({ enum: ['level', 'differential'] }).notNull(),
    capBasisPoints: integer().notNull(),
    isDefault: boolean().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    uniqueIndex('commission_plans_default')
      .on(t.siteId)
      .where(sql`${t.isDefault}`),
    check('commission_plans_mode', sql`${t.mode} in ('level', 'differential')`),
    check('commission_plans_cap', sql`${t.capBasisPoints} between 0 and 10000`),
  ],
);

export const commissionLevels = pgTable(
  'commission_levels',
  {
    siteId: siteId(),
    planId: uuid().notNull(),
    level: integer().notNull(),
    rateBasisPoints: integer().notNull(),
    holdDays: integer().notNull(),
    minimumSalesMinor: minor().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.planId, t.level] }),
    foreignKey({
      columns: [t.siteId, t.planId],
      foreignColumns: [commissionPlans.siteId, commissionPlans.id],
      name: 'commission_levels_plan',
    }),
    check('commission_levels_level', sql`${t.level} between 1 and 10`),
    check('commission_levels_rate', sql`${t.rateBasisPoints} between 0 and 10000`),
  ],
);
