import { deliver } from './consumer.ts';
import { withClient } from './database.ts';
import type { MintedSite } from './site.ts';

export interface Hold {
  status: string;
  minutes: number;
  extended: boolean;
  held: number;
}

/** How long an order holds its units, from its beginning, and what its tier holds. */
export async function holdOf(orderId: string): Promise<Hold | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Hold>(
      `select o.status, round(extract(epoch from o.expires_at - o.created_at) / 60)::integer as minutes,
         o.extended_at is not null as extended, t.held_units as held
       from orders o join tiers t on t.site_id = o.site_id and t.id = o.tier_id where o.id = $1`,
      [orderId],
    ),
  );
  return rows[0];
}

/** Lets time pass for one order alone. */
export async function age(orderId: string, minutes: number): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(
      `update orders set created_at = created_at - make_interval(mins => $2::integer),
         expires_at = expires_at - make_interval(mins => $2::integer) where id = $1`,
      [orderId, minutes],
    ),
  );
}

/** Lets the sweep that ends holds come by. */
export async function sweepHolds(site: MintedSite): Promise<void> {
  await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'orders.expire' });
}

/** Lets time pass for one order alone, and the sweep that ends holds come by. */
export async function passTime(site: MintedSite, orderId: string, minutes: number): Promise<void> {
  await age(orderId, minutes);
  await sweepHolds(site);
}
