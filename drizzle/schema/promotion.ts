import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes } from './bytes.ts';
import { base, id, instant, minor, siteId } from './column.ts';
import { tiers } from './sale.ts';
import { sites } from './site.ts';

/** A lower price or more tokens of a tier for a time. A trigger keeps windows apart and moves the tier's version. */
export const tierPromotions = pgTable(
  'tier_promotions',
  {
    siteId: siteId(),
    id: id(),
    tierId: uuid().notNull(),
    unitPriceMinor: minor(),
    bonusPerUnitBase: base()
      .notNull()
      .default(sql`0`),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    active: boolean().notNull().default(true),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    foreignKey({
      columns: [t.siteId, t.tierId],
      foreignColumns: [tiers.siteId, tiers.id],
      name: 'tier_promotions_tier',
    }),
    index('tier_promotions_by_tier').on(t.siteId, t.tierId, t.endsAt),
    check('tier_promotions_window', sql`${t.startsAt} < ${t.endsAt}`),
    check(
      'tier_promotions_gives',
      sql`(${t.unitPriceMinor} is not null or ${t.bonusPerUnitBase} > 0) and coalesce(${t.unitPriceMinor}, 0) >= 0 and ${t.bonusPerUnitBase} >= 0`,
    ),
  ],
);

/** A code of a site. `version` moves with everything but the count of uses. */
export const promoCodes = pgTable(
  'promo_codes',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    code: text().notNull(),
    percentBasisPoints: integer().notNull().default(0),
    fixedMinor: minor()
      .notNull()
      .default(sql`0`),
    bonusPerUnitBase: base()
      .notNull()
      .default(sql`0`),
    maxUses: integer(),
    usedCount: integer().notNull().default(0),
    maxUsesPerBuyer: integer(),
    startsAt: instant(),
    endsAt: instant(),
    minimumMinor: minor()
      .notNull()
      .default(sql`0`),
    tierIds: uuid().array(),
    active: boolean().notNull().default(true),
    version: integer().notNull().default(1),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('promo_codes_code').on(t.siteId, t.code),
    check('promo_codes_code_form', sql`${t.code} ~ '^[A-Z0-9][A-Z0-9_-]{1,31}$'`),
    check(
      'promo_codes_gives',
      sql`${t.percentBasisPoints} between 0 and 10000 and ${t.fixedMinor} >= 0 and ${t.bonusPerUnitBase} >= 0 and (${t.percentBasisPoints} > 0 or ${t.fixedMinor} > 0 or ${t.bonusPerUnitBase} > 0)`,
    ),
    check(
      'promo_codes_uses',
      sql`${t.usedCount} >= 0 and ${t.usedCount} <= coalesce(${t.maxUses}, ${t.usedCount}) and coalesce(${t.maxUsesPerBuyer}, 1) > 0`,
    ),
    check('promo_codes_minimum', sql`${t.minimumMinor} >= 0`),
    check('promo_codes_window', sql`${t.startsAt} < ${t.endsAt}`),
  ],
);

/** How many unpaid orders came from one client address, of which only a keyed hash is kept. */
export const addressHolds = pgTable(
  'address_holds',
  {
    siteId: siteId().references(() => sites.id),
    addressHash: bytes().notNull(),
    unpaidCount: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.addressHash] }),
    check('address_holds_hash', sql`octet_length(${t.addressHash}) = 32`),
    check('address_holds_count', sql`${t.unpaidCount} >= 0`),
  ],
);
