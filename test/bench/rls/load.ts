import { createHash } from 'node:crypto';
import type pg from 'pg';
import { DEMO_SITES } from '../../../dev/demo/site.ts';
import { demoId } from '../../../dev/demo/id.ts';

export const ORDERS = 1_000_000;
export const SITES = 50;
const TIERS_PER_SITE = 6;

/** The site that has a fifth of all orders; the figures are taken there. */
export const BIG_SITE = { code: 'b1', hostname: 'b1.localhost' } as const;

/** Hex SHA-256 of session cookies, as a request would bring them. */
export const SESSIONS = {
  /** About 20 orders on the big site, spread over its whole life. */
  buyer: createHash('sha256').update('buyer').digest('hex'),
  /** 2,000 orders on the big site. */
  trader: createHash('sha256').update('trader').digest('hex'),
  /** Support of the big site, a user of the platform's own. */
  support: createHash('sha256').update('support').digest('hex'),
} as const;

/** Site n's rows are copies of the demo's `na` under other ids. */
const COPIES = `
  create temporary table made as
    select n, md5('site' || n)::uuid as site_id, 'b' || n as code from generate_series(1, ${SITES}) n;
  insert into sites select (jsonb_populate_record(s, jsonb_build_object('id', m.site_id, 'code', m.code))).*
    from sites s, made m where s.code = 'na';
  insert into site_domains (site_id, id, hostname, state)
    select site_id, md5('domain' || n)::uuid, code || '.localhost', 'active' from made;
  insert into site_settings
    select (jsonb_populate_record(s, jsonb_build_object('site_id', m.site_id))).*
    from site_settings s, made m where s.site_id = '${DEMO_SITES.na}';
  insert into tiers
    select (jsonb_populate_record(t, jsonb_build_object('site_id', m.site_id, 'id', md5('tier' || k || m.n)::uuid,
      'name', 'Tier ' || k, 'display_order', k, 'total_units', 100000000))).*
    from tiers t, made m, generate_series(1, ${TIERS_PER_SITE}) k where t.site_id = '${DEMO_SITES.na}' and t.display_order = 1`;

/**
 * Orders of all sites mixed in time, as they would come in: every fifth is the big site's, the others fall off from
 * site 2 to site 50. On each site half of the orders are of buyers with about 20 each, the other half of buyers with one.
 * On the big site buyer 0, the trader, has every hundredth. Ids are UUIDv7 of the order's time.
 */
const ORDERS_OF_ALL = `
  insert into orders (site_id, id, user_id, tier_id, tier_version, quantity, unit_price_minor, discount_minor,
    amount_minor, currency, token_base, wallet_id, wallet_address, terms_version, settings_version, plan_id,
    vesting_policy_id, referral_reason, status, created_at, expires_at, paid_at)
  with drawn as (
    select n, timestamptz '2026-01-01' + n * interval '20 seconds' as at,
      case when n % 5 = 0 then 1 else 2 + floor(${SITES - 1} * power(n::bigint * 7919 % 100003 / 100003.0, 2))::integer end as site
    from generate_series(1, ${ORDERS}) n
  ), counted as (
    select *, row_number() over (partition by site order by n) as k, count(*) over (partition by site) as many from drawn
  ), bought as (
    select *, case when site = 1 and k % 100 = 0 then 0 when k % 2 = 0 then 1 + (k / 2) % (1 + many / 40) else 1000000 + k end as buyer,
      case when k % 2000 = 7 then 'review' when k % 40 = 1 then 'pending' when k % 5 = 2 then 'expired'
        when k % 11 = 3 then 'cancelled' when k % 97 = 5 then 'refunded' else 'paid' end as status
    from counted
  )
  select m.site_id, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(b.n % 4096), 3, '0')
      || '8' || substr(md5('order' || b.n), 1, 15))::uuid,
    md5('buyer' || site || '-' || buyer)::uuid, md5('tier' || 1 + k % ${TIERS_PER_SITE} || site)::uuid, 1, 2, 10000, 0, 20000, 'USD',
    2500000000000000000000, md5('wallet' || site || '-' || buyer)::uuid, '0x' || substr(md5('address' || buyer), 1, 32) || '00000000',
    '2026-10', 1, null, md5('vesting' || site)::uuid, 'none', status, at, at + interval '15 minutes',
    case when status in ('paid', 'refunded') then at + interval '3 minutes' end
  from bought b join made m on m.n = b.site
  order by b.n`;

/** Those who ask: two buyers of the big site, and a platform user who supports it. */
const ASKERS = `
  insert into sessions (site_id, id, user_id, token_hash, method, created_at, expires_at)
    select m.site_id, md5('session' || who.buyer)::uuid, md5('buyer1-' || who.buyer)::uuid, decode(who.hash, 'hex'), 'wallet',
      app.now(), app.now() + interval '1 day'
    from made m, (values (1, '${SESSIONS.buyer}'), (0, '${SESSIONS.trader}')) who (buyer, hash) where m.n = 1
    union all
    select '${DEMO_SITES.platform}', md5('session-support')::uuid, '${demoId(1, 101)}', decode('${SESSIONS.support}', 'hex'),
      'wallet', app.now(), app.now() + interval '1 day';
  insert into operators (site_id, id, home_site_id, user_id, role)
    select site_id, md5('operator')::uuid, '${DEMO_SITES.platform}', '${demoId(1, 101)}', 'support' from made where n = 1`;

/**
 * Fills an empty database with {@link ORDERS} orders over {@link SITES} sites. Foreign keys and triggers are passed over,
 * and of what an order refers to only the tier is there: nothing else is read here.
 *
 * @param client a superuser's
 */
export async function loadOrders(client: pg.Client): Promise<void> {
  await client.query(`set session_replication_role = replica; set work_mem = '256MB'`);
  await client.query(COPIES);
  await client.query(ORDERS_OF_ALL);
  await client.query(ASKERS);
  await client.query('reset session_replication_role; reset work_mem; drop table made');
  // What autovacuum would do in a while, so that it does not do it during the measurement.
  await client.query('vacuum (analyze) orders');
  await client.query('analyze');
}
