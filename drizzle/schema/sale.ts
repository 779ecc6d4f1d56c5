import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { base, id, instant, minor, siteId } from './column.ts';
import { sites } from './site.ts';
import { users } from './user.ts';

/** A price step with limited stock. `version` moves with price, tokens, supply or a buyer's maximum, not with orders. */
export const tiers = pgTable(
  'tiers',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    name: text().notNull(),
    description: text().notNull(),
    unitPriceMinor: minor().notNull(),
    tokensPerUnitBase: base().notNull(),
    totalUnits: integer().notNull(),
    heldUnits: integer().notNull().default(0),
    soldUnits: integer().notNull().default(0),
    maxUnitsPerBuyer: integer().notNull(),
    displayOrder: integer().notNull(),
    opensAt: instant(),
    closesAt: instant(),
    active: boolean().notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    check('tiers_stock', sql`${t.heldUnits} + ${t.soldUnits} <= ${t.totalUnits}`),
    check('tiers_units', sql`${t.heldUnits} >= 0 and ${t.soldUnits} >= 0 and ${t.totalUnits} >= 0`),
    check('tiers_price', sql`${t.unitPriceMinor} > 0 and ${t.tokensPerUnitBase} > 0`),
    check('tiers_buyer_maximum', sql`${t.maxUnitsPerBuyer} > 0`),
  ],
);

/** What one buyer holds and has bought of one tier, so that the per-buyer maximum is one guarded update. */
export const buyerTierTotals = pgTable(
  'buyer_tier_totals',
  {
    siteId: siteId(),
    userId: uuid().notNull(),
    tierId: uuid().notNull(),
    heldUnits: integer().notNull(),
    soldUnits: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.userId, t.tierId] }),
    foreignKey({
      columns: [t.siteId, t.userId],
      foreignColumns: [users.siteId, users.id],
      name: 'buyer_tier_totals_user',
    }),
    foreignKey({
      columns: [t.siteId, t.tierId],
      foreignColumns: [tiers.siteId, tiers.id],
      name: 'buyer_tier_totals_tier',
    }),
    check('buyer_tier_totals_units', sql`${t.heldUnits} >= 0 and ${t.soldUnits} >= 0`),
  ],
);
