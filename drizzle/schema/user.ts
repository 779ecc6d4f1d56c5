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
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant, minor, siteId } from './column.ts';
import { bytes } from './bytes.ts';
import { sites } from './site.ts';

/** A person on ONE site: the same e-mail on two sites is two users. */
export const users = pgTable(
  'users',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    status: text({ enum: ['active', 'restricted', 'suspended'] }).notNull(),
    kyc: text({ enum: ['none', 'approved'] }).notNull(),
    locale: text(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    check('users_status', sql`${t.status} in ('active', 'restricted', 'suspended')`),
    check('users_kyc', sql`${t.kyc} in ('none', 'approved')`),
  ],
);

/** An address somebody proved to hold on this site, stored in lower case. */
export const wallets = pgTable(
  'wallets',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    address: text().notNull(),
    isPrimary: boolean().notNull(),
    verifiedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'wallets_user' }),
    unique('wallets_address').on(t.siteId, t.address),
    uniqueIndex('wallets_primary')
      .on(t.siteId, t.userId)
      .where(sql`${t.isPrimary}`),
    check('wallets_address_form', sql`${t.address} ~ '^0x[0-9a-f]{40}$'`),
  ],
);

/**
 * The referral tree of a site and nothing personal: other buyers' orders read it to copy the chain above them.
 * `directSalesMinor` is the net of the person's own direct customers' paid orders.
 */
export const referrals = pgTable(
  'referrals',
  {
    siteId: siteId(),
    userId: uuid().notNull(),
    code: text().notNull(),
    referrerId: uuid(),
    boundAt: instant(),
    agentStatus: text({ enum: ['none', 'active', 'suspended'] }).notNull(),
    directSalesMinor: minor().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.userId] }),
    unique('referrals_code').on(t.siteId, t.code),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'referrals_user' }),
    foreignKey({
      columns: [t.siteId, t.referrerId],
      foreignColumns: [users.siteId, users.id],
      name: 'referrals_referrer',
    }),
    check('referrals_agent_status', sql`${t.agentStatus} in ('none', 'active', 'suspended')`),
    check('referrals_not_self', sql`${t.referrerId} is distinct from ${t.userId}`),
  ],
);

/** A sign-in challenge: single use, bound to a site, an address and a browser. */
export const authNonces = pgTable(
  'auth_nonces',
  {
    siteId: siteId().references(() => sites.id),
    nonce: text().notNull(),
    browserHash: bytes().notNull(),
    address: text().notNull(),
    issuedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.nonce] })],
);

/** An opaque browser session; the database holds the token's SHA-256 only. */
export const sessions = pgTable(
  'sessions',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    tokenHash: bytes().notNull(),
    method: text({ enum: ['wallet'] }).notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
    /** Sealed (domain/secret/cipher.ts) with this table, column, site and row. */
    refreshToken: text(),
    /** The key it is sealed with, so that a rotation finds what it has not reached yet. */
    refreshTokenKey: integer().generatedAlwaysAs(sql`split_part(refresh_token, '.', 1)::integer`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('sessions_token').on(t.siteId, t.tokenHash),
    index('sessions_refresh_token_key')
      .on(t.siteId, t.refreshTokenKey)
      .where(sql`${t.refreshToken} is not null`),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'sessions_user' }),
  ],
);
