import { asc, desc, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { parseSettings, type SiteSettings } from '../../domain/site/settings.ts';
import {
  promoCodes,
  siteDomains,
  sitePaymentAccounts,
  sites,
  tierPromotions,
  tiers,
  vestingPolicies,
} from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import { selectSettings } from './settings.ts';

export type SiteRow = typeof sites.$inferSelect;
export type TierRow = typeof tiers.$inferSelect;

/** What a site sells and how, as it stood a moment ago: the same for every visitor of the site. */
export interface Snapshot {
  site: SiteRow;
  settings: SiteSettings;
  tiers: readonly TierRow[];
  /** Those that have not ended, of all tiers. */
  promotions: readonly (typeof tierPromotions.$inferSelect)[];
  /** The newest of the site's codes, by code. */
  promoCodes: ReadonlyMap<string, typeof promoCodes.$inferSelect>;
  vesting: typeof vestingPolicies.$inferSelect | undefined;
  /** The connected account payments go to; null for the platform's own. */
  account: string | null;
  /** Every host that shows this site, in lower case. */
  hostnames: readonly string[];
  /** The database's now when the snapshot was read, and this isolate's at the same moment. */
  databaseNow: Date;
  readAt: number;
}

/** Long enough to carry a rush of orders on one read, short enough that nobody notices an edit's delay. */
const FRESH_MILLISECONDS = 2_000;

/**
 * While one request reads it anew the others go on with the kept one, so that a rush reads once and not all at once. When
 * the read takes longer, another one tries each second; and nobody goes on with a snapshot of this age.
 */
const USABLE_MILLISECONDS = 5_000;
const PATIENCE_MILLISECONDS = 1_000;

/** So many codes a snapshot carries; an older one is asked for by itself. */
const PROMO_CODES_MAX = 200;

interface Kept {
  readonly snapshot: Snapshot;
  /** Since when somebody reads it anew, by this isolate's clock. */
  readingSince: number | null;
}

/** By hostname. */
const cache = new Map<string, Kept>();

/**
 * The site of the visitor's host, read in one round trip and kept by this isolate for two seconds, five at most in a rush. Stock and money are
 * never decided on it: the commit guards the versions it was decided with.
 *
 * @param fresh pass the kept one over
 * @throws DomainError `host.unknown`
 */
export async function readSnapshot(env: Env, who: Visitor, fresh = false): Promise<Snapshot> {
  const kept = cache.get(who.hostname);
  if (!fresh && kept !== undefined) {
    const now = Date.now();
    if (isUsable(kept, now)) return kept.snapshot;
    kept.readingSince = now;
  }
  try {
    const snapshot = await load(env, who.hostname);
    cache.set(who.hostname, { snapshot, readingSince: null });
    return snapshot;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'host.unknown') cache.delete(who.hostname);
    else if (kept !== undefined) kept.readingSince = null;
    throw error;
  }
}

function isUsable({ snapshot, readingSince }: Kept, now: number): boolean {
  const age = now - snapshot.readAt;
  if (age < FRESH_MILLISECONDS) return true;
  return age < USABLE_MILLISECONDS && readingSince !== null && now - readingSince < PATIENCE_MILLISECONDS;
}

/** A site's settings as this isolate last saw them, however long ago; undefined when it never did. Asks nobody. */
export const settingsOf = (hostname: string): SiteSettings | undefined => cache.get(hostname)?.snapshot.settings;

async function load(env: Env, hostname: string): Promise<Snapshot> {
  const [entered, siteRows, settingRows, tierRows, vestingRows, accountRows, domainRows, promotionRows, codeRows] =
    await transact(buyerDatabase(env), { host: hostname, requires: 'nobody' }, (db) => [
      db
        .select()
        .from(sites)
        .where(sql`${sites.id} = app.site_id()`),
      selectSettings(db),
      db
        .select()
        .from(tiers)
        .where(sql`${tiers.siteId} = app.site_id()`)
        .orderBy(asc(tiers.displayOrder), asc(tiers.id)),
      db
        .select()
        .from(vestingPolicies)
        .where(sql`${vestingPolicies.siteId} = app.site_id() and ${vestingPolicies.isDefault}`),
      db
        .select()
        .from(sitePaymentAccounts)
        .where(sql`${sitePaymentAccounts.siteId} = app.site_id() and ${sitePaymentAccounts.active}`),
      db
        .select({ hostname: siteDomains.hostname })
        .from(siteDomains)
        .where(sql`${siteDomains.siteId} = app.site_id() and ${siteDomains.state} = 'active'`),
      db
        .select()
        .from(tierPromotions)
        .where(sql`${tierPromotions.siteId} = app.site_id() and ${tierPromotions.endsAt} > app.now()`),
      db
        .select()
        .from(promoCodes)
        .where(sql`${promoCodes.siteId} = app.site_id() and ${promoCodes.active}`)
        .orderBy(desc(promoCodes.id))
        .limit(PROMO_CODES_MAX),
    ]);
  const [site] = siteRows;
  if (site === undefined) throw new TypeError('app.enter admitted a host without a site');
  return {
    site,
    settings: parseSettings(settingRows[0]?.settings ?? {}),
    tiers: tierRows,
    promotions: promotionRows,
    promoCodes: new Map(codeRows.map((row) => [row.code, row])),
    vesting: vestingRows[0],
    account: accountRows[0]?.account ?? null,
    hostnames: domainRows.map((row) => row.hostname),
    databaseNow: entered.now,
    readAt: Date.now(),
  };
}

/** The database's now, carried forward by this isolate's clock since the snapshot was read. */
export const snapshotNow = (snapshot: Snapshot): Date =>
  new Date(snapshot.databaseNow.getTime() + Date.now() - snapshot.readAt);
