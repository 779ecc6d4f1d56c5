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
    /** Auth0's `sub`, once somebody signed in by e-mail or passkey. */
    auth0Sub: text(),
    /** In lower case, as Auth0 told it last. Nobody is ever found by it but an operator who was appointed by it. */
    email: text(),
    emailVerified: boolean().notNull().default(false),
    status: text({ enum: ['active', 'restricted', 'suspended'] }).notNull(),
    statusReason: text(),
    kyc: text({ enum: ['none', 'approved'] }).notNull(),
    locale: text(),
    createdAt: instant().notNull(),
    /** Joined into another account, or anonymised: nobody signs in to it again. */
    closedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('users_auth0_sub').on(t.siteId, t.auth0Sub),
    index('users_by_email').on(t.siteId, t.email),
    index('users_by_status').on(t.siteId, t.status, t.id),
    check('users_email', sql`${t.email} = lower(${t.email})`),
    check('users_closed', sql`${t.closedAt} is null or (${t.auth0Sub} is null and ${t.email} is null)`),
    check('users_status', sql`${t.status} in ('active', 'restricted', 'suspended')`),
    check('users_kyc', sql`${t.kyc} in ('none', 'approved')`),
  ],
);

/**
 * An address somebody proved to hold on this site, stored in lower case. One that was unbound stays for the orders that
 * name it; its holder may bind it again, here or elsewhere.
 */
export const wallets = pgTable(
  'wallets',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    address: text().notNull(),
    isPrimary: boolean().notNull(),
    verifiedAt: instant().notNull(),
    unboundAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'wallets_user' }),
    uniqueIndex('wallets_address')
      .on(t.siteId, t.address)
      .where(sql`${t.unboundAt} is null`),
    index('wallets_by_user').on(t.siteId, t.userId),
    check('wallets_primary_bound', sql`not (${t.isPrimary} and ${t.unboundAt} is not null)`),
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

/** A challenge for a wallet: single use, bound to a site, an address, a browser and what the signature is for. */
export const authNonces = pgTable(
  'auth_nonces',
  {
    siteId: siteId().references(() => sites.id),
    nonce: text().notNull(),
    browserHash: bytes().notNull(),
    address: text().notNull(),
    purpose: text({ enum: ['sign_in', 'bind'] })
      .notNull()
      .default('sign_in'),
    /** Who wants to bind it. */
    userId: uuid(),
    issuedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.nonce] }),
    index('auth_nonces_by_expiry').on(t.siteId, t.expiresAt),
    check('auth_nonces_purpose', sql`${t.purpose} in ('sign_in', 'bind')`),
    check('auth_nonces_bind', sql`(${t.purpose} = 'bind') = (${t.userId} is not null)`),
  ],
);

/**
 * An opaque browser session; the database holds the token's SHA-256 only. It ends at `expiresAt`, when nobody used it
 * for `idleMinutes`, or when it is revoked.
 */
export const sessions = pgTable(
  'sessions',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    tokenHash: bytes().notNull(),
    method: text({ enum: ['wallet', 'auth0'] }).notNull(),
    /** When the person proved who they are: what asks for a fresh sign-in looks at this. */
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    idleMinutes: integer().notNull().default(10_080),
    /** Written at most every five minutes. */
    seenAt: instant()
      .notNull()
      .default(sql`app.now()`),
    revokedAt: instant(),
    endReason: text({ enum: ['signed_out', 'revoked', 'replaced', 'refused', 'joined', 'blocked', 'anonymised'] }),
    userAgent: text(),
    /** When Auth0 is asked again whether the person may still sign in; null for wallets. */
    recheckAt: instant(),
    /** Sealed (domain/secret/cipher.ts) with this table, column, site and row. */
    refreshToken: text(),
    /** The key it is sealed with, so that a rotation finds what it has not reached yet. */
    refreshTokenKey: integer().generatedAlwaysAs(sql`split_part(refresh_token, '.', 1)::integer`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('sessions_token').on(t.siteId, t.tokenHash),
    index('sessions_by_user').on(t.siteId, t.userId),
    index('sessions_by_expiry').on(t.expiresAt),
    index('sessions_by_end')
      .on(t.siteId, t.revokedAt)
      .where(sql`${t.revokedAt} is not null`),
    check('sessions_method', sql`${t.method} in ('wallet', 'auth0')`),
    index('sessions_refresh_token_key')
      .on(t.siteId, t.refreshTokenKey)
      .where(sql`${t.refreshToken} is not null`),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'sessions_user' }),
  ],
);

/** Who signed in, out and what of their ways in changed. The address and the browser are cut after a year. */
export const loginAudit = pgTable(
  'login_audit',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    event: text({
      enum: [
        'signed_in',
        'signed_out',
        'session_revoked',
        'session_refused',
        'wallet_bound',
        'wallet_unbound',
        'wallet_primary',
        'identity_joined',
        'exported',
        'anonymised',
      ],
    }).notNull(),
    method: text({ enum: ['wallet', 'auth0'] }),
    sessionId: uuid(),
    clientAddress: text(),
    userAgent: text(),
    requestId: text().notNull(),
    at: instant().notNull(),
    /** Whether there is still something to cut: the sweep sees this and no address. */
    hasPersonal: boolean()
      .notNull()
      .generatedAlwaysAs(sql`client_address is not null or user_agent is not null`),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'login_audit_user' }),
    index('login_audit_by_user').on(t.siteId, t.userId, t.id),
    index('login_audit_personal')
      .on(t.at)
      .where(sql`${t.hasPersonal}`),
  ],
);
