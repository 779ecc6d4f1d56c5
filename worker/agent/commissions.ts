import { and, desc, lt, sql } from 'drizzle-orm';
import { commissionEntries } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { decodeCursor, pageOf } from '../http/page.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Commission } from './shape.ts';

/** What the visitor earned as an agent, the newest first. @throws DomainError `auth.required` */
export async function readCommissions(
  env: Env,
  who: Visitor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Commission[]; next_cursor: string | null }> {
  const before = decodeCursor(cursor);
  const own = sql`${commissionEntries.siteId} = app.site_id() and ${commissionEntries.agentId} = app.user_id()`;
  const [entered, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select()
      .from(commissionEntries)
      .where(before === undefined ? own : and(own, lt(commissionEntries.id, before)))
      .orderBy(desc(commissionEntries.id))
      .limit(limit + 1),
  ]);
  return pageOf(rows, limit, (row): Commission => ({
    id: row.id,
    order_id: row.orderId,
    level: row.level,
    kind: row.kind,
    rate_basis_points: row.rateBasisPoints,
    net_minor: row.netMinor.toString(),
    amount_minor: row.amountMinor.toString(),
    currency: row.currency,
    state: row.kind === 'reversal' ? 'reversed' : row.readyAt <= entered.now ? 'ready' : 'hold',
    ready_at: row.readyAt.toISOString(),
    created_at: row.createdAt.toISOString(),
  }));
}
