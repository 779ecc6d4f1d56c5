import { and, eq } from 'drizzle-orm';
import { orders, releases } from '../drizzle/schema/index.ts';

type OrderRow = Pick<typeof orders.$inferSelect, 'siteId' | 'id' | 'status' | 'version'>;
type ReleaseRow = Pick<typeof releases.$inferSelect, 'siteId' | 'id' | 'state' | 'version'>;

/**
 * The order, if its state and version are as they were read. An extended hold, an operator's wish and a cleared warning do not
 * move the version.
 */
export const orderAsRead = ({ siteId, id, status, version }: OrderRow) =>
  and(eq(orders.siteId, siteId), eq(orders.id, id), eq(orders.status, status), eq(orders.version, version));

/** The release, likewise. */
export const releaseAsRead = ({ siteId, id, state, version }: ReleaseRow) =>
  and(eq(releases.siteId, siteId), eq(releases.id, id), eq(releases.state, state), eq(releases.version, version));
