import { sql } from 'drizzle-orm';
import { foreignKey, index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { instant, siteId } from './column.ts';
import { orders } from './order.ts';
import { promoCodes } from './promotion.ts';
import { users } from './user.ts';

/** The use an order makes of a promo code; returned when the order expires, is cancelled or is fully refunded. */
export const promoRedemptions = pgTable(
  'promo_redemptions',
  {
    siteId: siteId(),
    orderId: uuid().notNull(),
    promoCodeId: uuid().notNull(),
    userId: uuid().notNull(),
    redeemedAt: instant().notNull(),
    returnedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.orderId] }),
    foreignKey({
      columns: [t.siteId, t.orderId],
      foreignColumns: [orders.siteId, orders.id],
      name: 'promo_redemptions_order',
    }),
    foreignKey({
      columns: [t.siteId, t.promoCodeId],
      foreignColumns: [promoCodes.siteId, promoCodes.id],
      name: 'promo_redemptions_code',
    }),
    foreignKey({
      columns: [t.siteId, t.userId],
      foreignColumns: [users.siteId, users.id],
      name: 'promo_redemptions_user',
    }),
    index('promo_redemptions_by_buyer')
      .on(t.siteId, t.promoCodeId, t.userId)
      .where(sql`${t.returnedAt} is null`),
  ],
);
