import { check, foreignKey, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { base, id, instant, siteId } from './column.ts';
import { sites } from './site.ts';
import { users } from './user.ts';

/**
 * An account of one asset: the site's own (`ownerId` null) or somebody's. `balance` is the sum of its entries, kept by
 * a trigger; credit is positive, so what we owe somebody reads as a positive balance.
 */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    kind: text().notNull(),
    ownerId: uuid(),
    asset: text().notNull(),
    balance: base()
      .notNull()
      .default(sql`0`),
    reserved: base()
      .notNull()
      .default(sql`0`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('ledger_accounts_name').on(t.siteId, t.kind, t.ownerId, t.asset).nullsNotDistinct(),
    foreignKey({
      columns: [t.siteId, t.ownerId],
      foreignColumns: [users.siteId, users.id],
      name: 'ledger_accounts_owner',
    }),
    check('ledger_accounts_reserved', sql`${t.reserved} >= 0`),
  ],
);

/** One business event; its entries sum to zero per asset. A second one of the same kind and reference is refused. */
export const ledgerTransfers = pgTable(
  'ledger_transfers',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    kind: text().notNull(),
    referenceType: text().notNull(),
    referenceId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('ledger_transfers_reference').on(t.siteId, t.kind, t.referenceType, t.referenceId),
  ],
);

export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    siteId: siteId(),
    transferId: uuid().notNull(),
    accountId: uuid().notNull(),
    amount: base().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.transferId, t.accountId] }),
    index('ledger_entries_account').on(t.siteId, t.accountId),
    foreignKey({
      columns: [t.siteId, t.transferId],
      foreignColumns: [ledgerTransfers.siteId, ledgerTransfers.id],
      name: 'ledger_entries_transfer',
    }),
    foreignKey({
      columns: [t.siteId, t.accountId],
      foreignColumns: [ledgerAccounts.siteId, ledgerAccounts.id],
      name: 'ledger_entries_account_fk',
    }),
    check('ledger_entries_not_zero', sql`${t.amount} <> 0`),
  ],
);
