import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import { jsonb } from '../json.ts';

/**
 * Posts transfers to the ledger in the order given, once all their accounts are locked in the order in which everybody
 * locks them; a second one of the same kind and reference is refused by the
 * database and takes its whole commit with it.
 *
 * @param newId makes a fresh UUIDv7.
 */
export function post(transfers: readonly Transfer[], newId: () => string): SQL {
  const rows = transfers.map(({ kind, reference, postings }) => ({
    id: newId(),
    kind,
    reference_type: reference.type,
    reference_id: reference.id,
    postings: postings.map(({ account, ownerId, asset, amount }) => ({ account, owner: ownerId, asset, amount })),
  }));
  return sql`select app.post_all(${jsonb(rows)})`;
}
