import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant, minor, siteId } from './column.ts';
import { orders } from './order.ts';
import { users } from './user.ts';

/** What an agent earned by, or lost with, an order. Append-only: balances are sums of the ledger. */
export const commissionEntries = pgTable(
  'commission_entries',
  {
    siteId: siteId(),
    id: id(),
    orderId: uuid().notNull(),
    agentId: uuid().notNull(),
    planId: uuid().notNull(),
    level: integer().notNull(),
    kind: text({ enum: ['accrual', 'reversal'] }).notNull(),
    rateBasisPoints: integer().notNull(),
    netMinor: minor().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    readyAt: instant().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    uniqueIndex('commission_entries_accrual')
      .on(t.siteId, t.orderId, t.level)
      .where(sql`${t.kind} = 'accrual'`),
    unique('commission_entries_agent').on(t.siteId, t.agentId, t.id),
    index('commission_entries_order').on(t.siteId, t.orderId),
    foreignKey({
      columns: [t.siteId, t.orderId],
      foreignColumns: [orders.siteId, orders.id],
      name: 'commission_entries_order_fk',
    }),
    foreignKey({
      columns: [t.siteId, t.agentId],
      foreignColumns: [users.siteId, users.id],
      name: 'commission_entries_user',
    }),
    check(
      'commission_entries_sign',
      sql`(${t.kind} = 'accrual' and ${t.amountMinor} > 0) or (${t.kind} = 'reversal' and ${t.amountMinor} < 0)`,
    ),
  ],
);
