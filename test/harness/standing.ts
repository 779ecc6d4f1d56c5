import { waitFor } from '../../dev/client/wait.ts';
import { withClient } from './database.ts';

/** Where an order stands with all its money; what is unapplied is the whole site's. */
export interface Standing {
  status: string;
  reason: string | null;
  frozen: boolean;
  reversed_minor: string;
  payments: string[];
  refunds: string[];
  disputes: string[];
  unapplied: string;
}

/** @throws Error when there is no such order */
export async function standing(orderId: string): Promise<Standing> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Standing>(
      `select o.status, o.status_reason as reason, o.frozen, o.reversed_minor,
        (select array_agg(p.state order by p.state) from payments p where p.order_id = o.id) as payments,
        (select coalesce(array_agg(r.state order by r.created_at), '{}') from refunds r where r.order_id = o.id) as refunds,
        (select coalesce(array_agg(d.status), '{}') from disputes d where d.order_id = o.id) as disputes,
        (select coalesce(sum(a.balance), 0) from ledger_accounts a
          where a.site_id = o.site_id and a.kind = 'unapplied') as unapplied
       from orders o where o.id = $1`,
      [orderId],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such order');
  return row;
}

/** Waits until an order stands as `isThere` says. @throws Error when that does not come within some seconds */
export function untilStanding(orderId: string, what: string, isThere: (now: Standing) => boolean): Promise<Standing> {
  return waitFor(what, async () => {
    const now = await standing(orderId);
    return isThere(now) ? now : undefined;
  });
}
