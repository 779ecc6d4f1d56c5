import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant, minor, siteId } from './column.ts';
import { orders, payments } from './order.ts';
import { sites } from './site.ts';

/** Money of a payment that goes back to the buyer; `requestedBy` null for one made at the provider or by the platform. */
export const refunds = pgTable(
  'refunds',
  {
    siteId: siteId(),
    id: id(),
    orderId: uuid().notNull(),
    paymentId: uuid().notNull(),
    userId: uuid().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    state: text({ enum: ['requested', 'submitting', 'pending', 'succeeded', 'failed', 'canceled'] }).notNull(),
    providerId: text(),
    providerStatus: text(),
    reason: text(),
    requestedBy: uuid(),
    createdAt: instant().notNull(),
    checkedAt: instant().notNull(),
    settledAt: instant(),
    /** Calls to the provider that somebody set out to make and of which nobody knows the end. */
    openCalls: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('refunds_provider').on(t.siteId, t.providerId),
    foreignKey({ columns: [t.siteId, t.orderId], foreignColumns: [orders.siteId, orders.id], name: 'refunds_order' }),
    foreignKey({
      columns: [t.siteId, t.paymentId],
      foreignColumns: [payments.siteId, payments.id],
      name: 'refunds_payment',
    }),
    index('refunds_by_order').on(t.siteId, t.orderId),
    index('refunds_by_payment').on(t.siteId, t.paymentId),
    index('refunds_open')
      .on(t.state, t.checkedAt)
      .where(sql`${t.state} in ('requested', 'submitting', 'pending')`),
    check(
      'refunds_state',
      sql`${t.state} in ('requested', 'submitting', 'pending', 'succeeded', 'failed', 'canceled')`,
    ),
    check('refunds_amount', sql`${t.amountMinor} > 0`),
  ],
);

/** What a buyer's bank disputes, in the provider's own words; amounts are cumulative. */
export const disputes = pgTable(
  'disputes',
  {
    siteId: siteId(),
    id: id(),
    orderId: uuid().notNull(),
    paymentId: uuid().notNull(),
    userId: uuid().notNull(),
    providerId: text().notNull(),
    status: text().notNull(),
    reason: text(),
    amountMinor: minor().notNull(),
    withdrawnMinor: minor().notNull(),
    reinstatedMinor: minor().notNull(),
    lostMinor: minor().notNull(),
    currency: text().notNull(),
    /** What domain/dispute/status.ts says of the status. */
    isOpen: boolean().notNull(),
    version: integer().notNull().default(1),
    openedAt: instant().notNull(),
    checkedAt: instant().notNull(),
    dueBy: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('disputes_provider').on(t.siteId, t.providerId),
    foreignKey({ columns: [t.siteId, t.orderId], foreignColumns: [orders.siteId, orders.id], name: 'disputes_order' }),
    foreignKey({
      columns: [t.siteId, t.paymentId],
      foreignColumns: [payments.siteId, payments.id],
      name: 'disputes_payment',
    }),
    index('disputes_by_order').on(t.siteId, t.orderId),
    index('disputes_by_payment').on(t.siteId, t.paymentId),
    index('disputes_open')
      .on(t.isOpen, t.checkedAt)
      .where(sql`${t.isOpen}`),
    check(
      'disputes_amounts',
      sql`${t.amountMinor} >= 0 and ${t.withdrawnMinor} >= 0 and ${t.reinstatedMinor} >= 0 and ${t.lostMinor} between 0 and ${t.withdrawnMinor}`,
    ),
  ],
);

/** One row a change of a dispute; the ledger's transfers name it. The last one always is the dispute's state. */
export const disputeChanges = pgTable(
  'dispute_changes',
  {
    siteId: siteId(),
    id: id(),
    disputeId: uuid().notNull(),
    sequence: integer().notNull(),
    status: text().notNull(),
    withdrawnMinor: minor().notNull(),
    reinstatedMinor: minor().notNull(),
    lostMinor: minor().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('dispute_changes_sequence').on(t.siteId, t.disputeId, t.sequence),
    foreignKey({
      columns: [t.siteId, t.disputeId],
      foreignColumns: [disputes.siteId, disputes.id],
      name: 'dispute_changes_dispute',
    }),
  ],
);

/** Until where the events of a provider's account were read, and its balance reconciled; account '' is the platform's own. */
export const providerCursors = pgTable(
  'provider_cursors',
  {
    provider: text({ enum: ['stripe', 'stripe_balance'] }).notNull(),
    account: text().notNull(),
    readUntil: instant().notNull(),
    lastEvent: text(),
    /** When it was last read. */
    at: instant().notNull(),
    /** Since when the account lets us in no more; null while it does. */
    lostAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.account] })],
);

/** Where a provider's balance and the ledger do not say the same. */
export const reconciliationBreaks = pgTable(
  'reconciliation_breaks',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    provider: text({ enum: ['stripe', 'fireblocks'] }).notNull(),
    account: text(),
    day: date().notNull(),
    kind: text().notNull(),
    reference: text().notNull(),
    currency: text().notNull(),
    providerMinor: minor().notNull(),
    ledgerMinor: minor().notNull(),
    state: text({ enum: ['open', 'resolved'] }).notNull(),
    note: text(),
    foundAt: instant().notNull(),
    resolvedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('reconciliation_breaks_found').on(t.siteId, t.provider, t.day, t.kind, t.reference, t.currency),
    index('reconciliation_breaks_open').on(t.siteId, t.state, t.day),
    check('reconciliation_breaks_state', sql`${t.state} in ('open', 'resolved')`),
    check('reconciliation_breaks_resolved', sql`(${t.state} = 'resolved') = (${t.resolvedAt} is not null)`),
    check('reconciliation_breaks_differ', sql`${t.providerMinor} <> ${t.ledgerMinor}`),
  ],
);
