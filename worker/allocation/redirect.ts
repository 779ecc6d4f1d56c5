import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { allocations, idempotencyKeys, orders, wallets } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../drizzle/transaction.ts';
import { audit } from '../audit.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { bodyHash } from '../http/idempotency.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { lockPerson, mayChange } from '../wallet/own.ts';
import { OWN, readAllocation, type AllocationRow } from './read.ts';
import type { AllocationDetail } from './shape.ts';

/**
 * Sends what is still to come of an allocation to another bound wallet of the buyer. Nothing of it is paid out for 24
 * hours from then on; a payout that was begun keeps its destination. The change is audited in its own transaction.
 *
 * @param key the client's Idempotency-Key: repeated, it changes nothing and answers how things stand
 * @throws DomainError `auth.required`, `auth.fresh_required`, `user.suspended`, `allocation.unknown`,
 *   `user.wallet_unknown`, `wallet.forbidden_address`, `idempotency.mismatch`
 */
export async function redirectAllocation(
  env: Env,
  who: Visitor,
  key: string,
  command: { allocationId: string; walletId: string },
): Promise<AllocationDetail> {
  const hash = await bodyHash(command);
  await decideAgain(3, async () => {
    const { allocation, address, usedFor } = await load(env, who, key, command);
    if (usedFor !== undefined) {
      if (usedFor !== hash) throw new DomainError('idempotency.mismatch');
      return;
    }
    if (allocation === undefined) throw new DomainError('allocation.unknown');
    if (address === undefined) throw new DomainError('user.wallet_unknown');
    await commit(env, who, { key, hash, allocation, address });
  });
  return readAllocation(env, who, command.allocationId);
}

async function load(env: Env, who: Visitor, key: string, command: { allocationId: string; walletId: string }) {
  const [, keys, [allocation], [wallet]] = await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    db
      .select({ hash: idempotencyKeys.bodyHash })
      .from(idempotencyKeys)
      .where(
        and(
          sql`${idempotencyKeys.siteId} = app.site_id() and ${idempotencyKeys.userId} = app.user_id()`,
          eq(idempotencyKeys.key, key),
        ),
      ),
    db
      .select()
      .from(allocations)
      .where(and(OWN, eq(allocations.id, command.allocationId))),
    db
      .select({ address: wallets.address })
      .from(wallets)
      .where(
        and(
          sql`${wallets.siteId} = app.site_id() and ${wallets.userId} = app.user_id() and ${wallets.unboundAt} is null`,
          eq(wallets.id, command.walletId),
        ),
      ),
  ]);
  return { allocation, address: wallet?.address, usedFor: keys[0]?.hash };
}

interface Redirection {
  key: string;
  hash: string;
  allocation: AllocationRow;
  address: string;
}

/** Whether the address is still bound, and allowed, is judged by a trigger of the table. */
async function commit(env: Env, who: Visitor, { key, hash, allocation, address }: Redirection): Promise<void> {
  const { siteId, id, orderId, userId, walletAddress } = allocation;
  await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    lockPerson(db),
    mayChange(db),
    db.insert(idempotencyKeys).values({ siteId, userId, key, bodyHash: hash, objectId: id, createdAt: sql`app.now()` }),
    // Whatever begins a payout locks the order first and looks at the allocation then: one of the two waits.
    db
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.siteId, siteId), eq(orders.id, orderId)))
      .for('update'),
    ...(walletAddress === address
      ? []
      : [
          db.execute(
            expectRows(
              sql`update allocations set wallet_address = ${address}, wallet_changed_at = app.now()
                where site_id = app.site_id() and user_id = app.user_id() and id = ${id}
                  and wallet_address = ${walletAddress} returning 1`,
              'guard.changed',
            ),
          ),
          audit(db, who, {
            ...{ action: 'allocation.wallet', subjectType: 'allocation', subjectId: id },
            before: { wallet_address: walletAddress },
            after: { wallet_address: address },
          }),
        ]),
  ]);
}
