import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant, siteId } from './column.ts';
import { users } from './user.ts';

/** What a brand is made of; the storefront derives its look from it. */
export interface Brand {
  accent: string;
  surface: string;
  ink: string;
  radius: string;
  logo: string | null;
  tagline: Record<string, string>;
}

/** A tenant. `kind` platform is the one site operators and administrators belong to; it sells nothing. */
export const sites = pgTable(
  'sites',
  {
    id: uuid().primaryKey(),
    code: text().notNull().unique(),
    name: text().notNull(),
    kind: text({ enum: ['site', 'platform'] }).notNull(),
    status: text({ enum: ['active', 'suspended', 'archived'] }).notNull(),
    currency: text().notNull(),
    locales: text().array().notNull(),
    /** How people may sign in. E-mail stands for every way that Auth0's page offers, passkeys too. */
    signIn: text({ enum: ['email', 'wallet'] })
      .array()
      .notNull()
      .default(['email', 'wallet']),
    /** The Auth0 connection that is asked for; null leaves the choice to Auth0's page. */
    authConnection: text(),
    /** An Auth0 client, or API, of the site's own. Only then do access tokens of its buyers count. */
    authClientId: text().unique('sites_auth_client'),
    authAudience: text().unique('sites_auth_audience'),
    brand: jsonb().$type<Brand>().notNull(),
    settingsVersion: integer().notNull(),
    termsVersion: text().notNull(),
    terms: jsonb().$type<Record<string, string>>().notNull(),
    chainId: integer().notNull(),
    chainName: text().notNull(),
    explorerUrl: text(),
    tokenSymbol: text(),
    tokenAddress: text(),
    tokenDecimals: integer(),
    vaultAccount: text(),
    vaultAddress: text(),
    custodyAsset: text(),
    createdAt: instant().notNull(),
  },
  (t) => [
    check('sites_sign_in', sql`${t.signIn} <@ array['email', 'wallet'] and cardinality(${t.signIn}) > 0`),
    check('sites_code', sql`${t.code} ~ '^[a-z][a-z0-9]{1,15}$'`),
    check('sites_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('sites_status', sql`${t.status} in ('active', 'suspended', 'archived')`),
    check('sites_kind', sql`${t.kind} in ('site', 'platform')`),
    check(
      'sites_token',
      sql`${t.kind} = 'platform' or (${t.tokenAddress} is not null and ${t.tokenDecimals} is not null and ${t.tokenDecimals} between 0 and 36 and ${t.vaultAccount} is not null and ${t.custodyAsset} is not null)`,
    ),
  ],
);

/** Settings that touch money: one row a version, so that an order can name the version it was placed under. */
export const siteSettings = pgTable(
  'site_settings',
  {
    siteId: siteId().references(() => sites.id),
    version: integer().notNull(),
    settings: jsonb().$type<Record<string, unknown>>().notNull(),
    effectiveAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.version] })],
);

/** A hostname is one site's in the whole world. */
export const siteDomains = pgTable(
  'site_domains',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    hostname: text().notNull(),
    state: text({ enum: ['pending', 'active', 'removed'] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('site_domains_hostname').on(t.hostname),
    check('site_domains_lower', sql`${t.hostname} = lower(${t.hostname})`),
  ],
);

/** A connected payment account belongs to one site for ever. Sites without a row use the platform's own account. */
export const sitePaymentAccounts = pgTable(
  'site_payment_accounts',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    provider: text({ enum: ['stripe'] }).notNull(),
    account: text().notNull(),
    active: boolean().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.id] }), unique('site_payment_accounts_account').on(t.provider, t.account)],
);

/**
 * Who may operate a site. The person is a user of the platform's site; an administrator's row is the platform's own.
 */
export const operators = pgTable(
  'operators',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    homeSiteId: uuid().notNull(),
    userId: uuid().notNull(),
    role: text({ enum: ['support', 'manager', 'owner', 'administrator'] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('operators_person').on(t.siteId, t.userId),
    foreignKey({ columns: [t.homeSiteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'operators_user' }),
    check('operators_role', sql`${t.role} in ('support', 'manager', 'owner', 'administrator')`),
    check('operators_administrator', sql`${t.role} <> 'administrator' or ${t.siteId} = ${t.homeSiteId}`),
  ],
);

/** A program that may work on a site with its own access tokens. What a token carries only narrows `scopes`. */
export const machineClients = pgTable(
  'machine_clients',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    /** Auth0's id of the client: `azp` of its tokens. */
    clientId: text().notNull(),
    name: text().notNull(),
    scopes: text().array().notNull(),
    active: boolean().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.id] }), unique('machine_clients_client').on(t.siteId, t.clientId)],
);
