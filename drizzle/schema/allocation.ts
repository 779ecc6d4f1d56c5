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
import { base, id, instant, siteId } from './column.ts';
import { orders } from './order.ts';
import { users } from './user.ts';

const releaseState = () =>
  text({
    enum: ['scheduled', 'due', 'approved', 'submitting', 'submitted', 'confirmed', 'failed', 'blocked', 'reversed'],
  });

/** The tokens a paid order bought; its releases sum exactly to it. Nothing is paid out before `payableFrom`. */
export const allocations = pgTable(
  'allocations',
  {
    siteId: siteId(),
    id: id(),
    orderId: uuid().notNull(),
    userId: uuid().notNull(),
    totalBase: base().notNull(),
    walletAddress: text().notNull(),
    /** When the buyer last sent it elsewhere: nothing is paid out for a day after that. */
    walletChangedAt: instant(),
    payableFrom: instant().notNull(),
    createdAt: instant().notNull(),
    /** All that reversals took, sent or not. */
    reversedBase: base()
      .notNull()
      .default(sql`0`),
    /** What a refund on its way will take; it stays unsent. */
    frozenBase: base()
      .notNull()
      .default(sql`0`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('allocations_order').on(t.siteId, t.orderId),
    foreignKey({
      columns: [t.siteId, t.orderId],
      foreignColumns: [orders.siteId, orders.id],
      name: 'allocations_order_fk',
    }),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'allocations_user' }),
    check('allocations_total', sql`${t.totalBase} > 0`),
    check(
      'allocations_reversed',
      sql`${t.reversedBase} >= 0 and ${t.frozenBase} >= 0 and ${t.reversedBase} + ${t.frozenBase} <= ${t.totalBase}`,
    ),
  ],
);

/** One dated part of an allocation. `reversed` never exceeds the amount. */
export const releases = pgTable(
  'releases',
  {
    siteId: siteId(),
    id: id(),
    allocationId: uuid().notNull(),
    orderId: uuid().notNull(),
    userId: uuid().notNull(),
    sequence: integer().notNull(),
    dueAt: instant().notNull(),
    amountBase: base().notNull(),
    reversedBase: base()
      .notNull()
      .default(sql`0`),
    state: releaseState().notNull(),
    version: integer().notNull().default(1),
    approvedAt: instant(),
    /** What a debt of the buyer took before it was sent. */
    nettedBase: base()
      .notNull()
      .default(sql`0`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('releases_sequence').on(t.siteId, t.allocationId, t.sequence),
    foreignKey({
      columns: [t.siteId, t.allocationId],
      foreignColumns: [allocations.siteId, allocations.id],
      name: 'releases_allocation',
    }),
    foreignKey({ columns: [t.siteId, t.orderId], foreignColumns: [orders.siteId, orders.id], name: 'releases_order' }),
    index('releases_by_user').on(t.siteId, t.userId),
    index('releases_by_state').on(t.siteId, t.state, t.dueAt),
    index('releases_due')
      .on(t.state, t.dueAt)
      .where(sql`${t.state} in ('scheduled', 'approved')`),
    check(
      'releases_state',
      sql`${t.state} in ('scheduled', 'due', 'approved', 'submitting', 'submitted', 'confirmed', 'failed', 'blocked', 'reversed')`,
    ),
    check(
      'releases_amount',
      sql`${t.amountBase} > 0 and ${t.reversedBase} >= 0 and ${t.nettedBase} >= 0 and ${t.reversedBase} + ${t.nettedBase} <= ${t.amountBase}`,
    ),
  ],
);

/** One attempt to send a release. `externalTxId` is what the custodian knows it by, for ever. */
export const payouts = pgTable(
  'payouts',
  {
    siteId: siteId(),
    id: id(),
    releaseId: uuid().notNull(),
    userId: uuid().notNull(),
    attempt: integer().notNull(),
    externalTxId: text().notNull(),
    vaultAccount: text().notNull(),
    asset: text().notNull(),
    destination: text().notNull(),
    amountBase: base().notNull(),
    providerId: text(),
    providerStatus: text(),
    txHash: text(),
    state: text({ enum: ['submitting', 'submitted', 'confirmed', 'failed', 'blocked'] }).notNull(),
    createdAt: instant().notNull(),
    checkedAt: instant().notNull(),
    settledAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('payouts_attempt').on(t.siteId, t.releaseId, t.attempt),
    unique('payouts_external').on(t.siteId, t.externalTxId),
    uniqueIndex('payouts_one_live')
      .on(t.siteId, t.releaseId)
      .where(sql`${t.state} in ('submitting', 'submitted', 'confirmed')`),
    foreignKey({
      columns: [t.siteId, t.releaseId],
      foreignColumns: [releases.siteId, releases.id],
      name: 'payouts_release',
    }),
    index('payouts_open')
      .on(t.state, t.checkedAt)
      .where(sql`${t.state} in ('submitting', 'submitted')`),
    index('payouts_by_user').on(t.siteId, t.userId),
    check('payouts_state', sql`${t.state} in ('submitting', 'submitted', 'confirmed', 'failed', 'blocked')`),
    check('payouts_amount', sql`${t.amountBase} > 0`),
  ],
);
