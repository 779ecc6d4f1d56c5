import { and, desc, getTableColumns, lt, sql } from 'drizzle-orm';
import { commissionEntries } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { decodeCursor, pageOf } from '../http/page.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Commission } from './shape.ts';

/** The ledger's word, not the date's: while an order is frozen its commissions stay held. */
const isReady = sql<boolean>`exists (select from ledger_transfers t where t.site_id = commission_entries.site_id
  and t.kind = 'commission_ready' and t.reference_type = 'commission_entry' and t.reference_id = commission_entries.id)`;

/** What reversals left of the order's commission of that level. */
const leftMinor = sql`(select sum(c.amount_minor) from commission_entries c where c.site_id = commission_entries.site_id
  and c.order_id = commission_entries.order_id and c.level = commission_entries.level)`.mapWith(BigInt);

/** What the visitor earned as an agent, the newest first. @throws DomainError `auth.required` */
export async function readCommissions(
  env: Env,
  who: Visitor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Commission[]; next_cursor: string | null }> {
  const before = decodeCursor(cursor);
  const own = sql`${commissionEntries.siteId} = app.site_id() and ${commissionEntries.agentId} = app.user_id()`;
  const [, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select({ ...getTableColumns(commissionEntries), isReady, leftMinor })
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
    state: stateOf(row),
    ready_at: row.readyAt.toISOString(),
    created_at: row.createdAt.toISOString(),
  }));
}

function stateOf(row: { kind: string; isReady: boolean; leftMinor: bigint }): Commission['state'] {
  if (row.kind === 'reversal' || row.leftMinor === 0n) return 'reversed';
  return row.isReady ? 'ready' : 'hold';
}
