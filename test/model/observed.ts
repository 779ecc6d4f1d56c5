import type pg from 'pg';
import type { Seen } from './expected.ts';

const QUERY = `select json_build_object(
  'orders', coalesce((select json_object_agg(o.id, json_build_object(
      'status', o.status, 'frozen', o.frozen, 'reversed', o.reversed_minor::text,
      'tokens', (select json_build_array(a.total_base::text, a.reversed_base::text) from allocations a
        where a.site_id = o.site_id and a.order_id = o.id),
      'commissions', (select json_build_array(coalesce(sum(c.amount_minor) filter (where c.level = 1), 0)::text,
          coalesce(sum(c.amount_minor) filter (where c.level = 2), 0)::text) from commission_entries c
        where c.site_id = o.site_id and c.order_id = o.id),
      'ready', (select coalesce(json_agg(c.level order by c.level), '[]') from commission_entries c
        join ledger_transfers t on t.site_id = c.site_id and t.kind = 'commission_ready' and t.reference_id = c.id
        where c.site_id = o.site_id and c.order_id = o.id),
      'payments', (select coalesce(json_agg(p.state order by p.state), '[]') from payments p
        where p.site_id = o.site_id and p.order_id = o.id),
      'refunds', (select coalesce(json_agg(r.said order by r.said collate "C"), '[]') from (
          select state || ' ' || amount_minor as said from refunds r where r.site_id = o.site_id and r.order_id = o.id) r),
      'disputes', (select coalesce(json_agg(d.said order by d.said collate "C"), '[]') from (
          select status || ' ' || lost_minor as said from disputes d where d.site_id = o.site_id and d.order_id = o.id) d)))
    from orders o where o.site_id = $1), '{}'),
  'tiers', (select json_agg(json_build_object('held', held_units, 'sold', sold_units) order by display_order)
    from tiers where site_id = $1),
  'promoUses', (select coalesce(sum(used_count), 0) from promo_codes where site_id = $1),
  'parked', (select count(*) from webhook_events where site_id = $1 and state = 'parked'),
  'warnings', (select count(*) from effects where site_id = $1 and effect = 'warned')) as seen`;

/** What the database holds of a site's sale, in one statement and so of one moment. */
export async function observe(client: pg.ClientBase, siteId: string): Promise<Seen> {
  const { rows } = await client.query<{ seen: Seen }>({ name: 'observe', text: QUERY, values: [siteId] });
  const [row] = rows;
  if (row === undefined) throw new TypeError('an object is always built');
  return row.seen;
}
