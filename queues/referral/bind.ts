import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

/** A buyer and the agent who stands directly above. */
interface Binding {
  readonly siteId: string;
  readonly buyerId: string;
  readonly agentId: string;
}

/**
 * Takes the lock under which a site's referral tree changes. It must be a statement of its own before
 * {@link bindReferrer}: a statement sees the data as of its start, so a check in the locking statement would look at the
 * tree from before the wait, and two first orders could bind each other.
 */
export function lockReferrals(siteId: string): SQL {
  return sql`select pg_advisory_xact_lock(hashtext('referral'), hashtext(${siteId}))`;
}

/**
 * Binds a buyer to the direct agent for good. Already bound, or above the agent somewhere in the tree, the buyer is left
 * alone: no settlement fails because of it. `union` makes the walk end even in a tree that holds a cycle.
 */
export function bindReferrer({ siteId, buyerId, agentId }: Binding): SQL {
  return sql`
    with recursive up as (
      select r.user_id, r.referrer_id from referrals r where r.site_id = ${siteId} and r.user_id = ${agentId}
      union
      select r.user_id, r.referrer_id from up
      join referrals r on r.site_id = ${siteId} and r.user_id = up.referrer_id
    )
    update referrals set referrer_id = ${agentId}, bound_at = app.now()
    where site_id = ${siteId} and user_id = ${buyerId} and referrer_id is null
      and not exists (select from up where up.user_id = ${buyerId})`;
}
