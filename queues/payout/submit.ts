import { payoutHindrance } from '../../domain/allocation/approve.ts';
import { netDebt, settlesDebt } from '../../domain/allocation/net.ts';
import { unsentBase } from '../../domain/allocation/reverse.ts';
import { DOUBT_MINUTES } from '../../domain/doubt.ts';
import { DomainError } from '../../domain/error.ts';
import { leavesShare } from '../../domain/order/freeze.ts';
import { tokenToDecimal } from '../../domain/token.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { beginStatements, nextPayout, renewStatements } from './begin.ts';
import { expectedPayout, loadRelease } from './load.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';
import { moveStatements } from './move.ts';
import { applyTransaction } from './update.ts';

const ATTEMPTS = 4;

/** A payout whose row is committed, so that custody may be called. */
interface Begun {
  readonly found: ReleaseCase;
  readonly payout: PayoutRow;
  /** Custody was never called for it before. */
  readonly isFresh: boolean;
  readonly now: Date;
}

/**
 * Pays an approved release out: commit the intent, call custody, commit the answer. Repeating it at any point is safe,
 * since a payout that was begun is looked up before it is sent again, and always under the same external id.
 *
 * @throws DomainError `release.unknown`, `custody.unavailable` (retry).
 */
export function submitRelease(ports: Ports, site: string, releaseId: string): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const begun = await begin(ports, site, releaseId);
    return 'outcome' in begun ? begun : send(ports, site, begun);
  });
}

async function begin(ports: Ports, site: string, releaseId: string): Promise<Begun | Outcome> {
  const { entered, found } = await loadRelease(ports.database, site, releaseId);
  if (found === null) throw new DomainError('release.unknown');
  const { release, order, payableFrom } = found;
  const { now } = entered;
  if (release.state === 'submitting') {
    const payout = found.payouts.find(({ state }) => state === 'submitting');
    if (payout === undefined) throw new TypeError('A release is being submitted without a payout.');
    return { found, payout, isFresh: false, now };
  }
  if (release.state !== 'approved' && !settlesDebt(order.status, release, found.debtBase)) {
    return { outcome: 'repeated' };
  }
  const hindrance = payoutHindrance({
    release,
    order: { ...order, payableFrom },
    walletChangedAt: found.walletChangedAt,
    now,
  });
  if (hindrance !== null) return { outcome: 'waiting', reason: hindrance.code };

  // A refund that was asked for takes a share that must stay here, whether the consumer has met it yet or not.
  const availableBase = unsentBase(release);
  const hereBase = found.siblings.reduce((sum, sibling) => sum + unsentBase(sibling), 0n);
  if (found.isRefundAsked || !leavesShare(hereBase, availableBase, found.frozenBase)) {
    return { outcome: 'waiting', reason: 'release.frozen' };
  }

  const netting = netDebt(release, found.debtBase);
  const payout = netting.payBase === 0n ? null : nextPayout(found, netting.payBase, now, ports.newId());
  await transact(ports.database, { site }, (db) => beginStatements(db, { found, netting, payout, newId: ports.newId }));
  return payout === null ? { outcome: 'applied', reason: 'release.netted' } : { found, payout, isFresh: true, now };
}

async function send(ports: Ports, site: string, begun: Begun): Promise<Outcome> {
  const { found, payout } = begun;
  if (!begun.isFresh) {
    const answer = (await adopt(ports, payout)) ?? (await renew(ports, site, begun));
    if (answer !== null) return answer;
  }

  const { externalTxId, vaultId, assetId, amountBase, decimals, address } = expectedPayout(found, payout);
  const transfer = { externalTxId, vaultId, assetId, amount: tokenToDecimal(amountBase, decimals), address };
  const result = await ports.custody.create(transfer);
  switch (result.kind) {
    case 'created':
      return applyTransaction(ports, { ...transfer, id: result.id, status: result.status, txHash: null }, null);
    case 'duplicate': {
      const earlier = await adopt(ports, payout);
      if (earlier === null) throw new DomainError('custody.unavailable');
      return earlier;
    }
    case 'refused':
      return (await adopt(ports, payout)) ?? refuse(ports, site, begun);
  }
}

/** Takes over the transaction that already bears the payout's id; null when custody knows none. */
async function adopt(ports: Ports, payout: PayoutRow): Promise<Outcome | null> {
  const transaction = await ports.custody.findByExternalId(payout.externalTxId);
  return transaction === null ? null : applyTransaction(ports, transaction, null);
}

/**
 * Custody knows nothing of a payout that was begun: whatever has stopped its order since stops it too.
 *
 * @returns null once it may be sent again.
 */
async function renew(ports: Ports, site: string, begun: Begun): Promise<Outcome | null> {
  const { found, payout } = begun;
  const { order, isRefundAsked, debtBase } = found;
  if (order.status !== 'paid' && debtBase > 0n) return takeBack(ports, site, payout);
  if (order.frozen || isRefundAsked) return { outcome: 'waiting', reason: 'release.frozen' };
  await transact(ports.database, { site }, (db) => renewStatements(db, found, payout));
  return null;
}

/** A refund made a debt of what was never sent: it comes back as soon as no call of ours can be under way. */
function takeBack(ports: Ports, site: string, payout: PayoutRow): Promise<Outcome> {
  return fail(ports, site, payout, (current, now) =>
    isWithinDoubt(current.checkedAt, now) ? null : { status: 'NEVER_SENT', reason: 'release.frozen' },
  );
}

/** Custody refused the transfer and knows none by its id: the attempt failed, and a person decides about another. */
function refuse(ports: Ports, site: string, { payout, isFresh, now }: Begun): Promise<Outcome> {
  if (!isFresh && isWithinDoubt(payout.createdAt, now)) throw new DomainError('custody.unavailable');
  return fail(ports, site, payout, () => ({ status: 'REFUSED', reason: 'custody.refused' }));
}

const isWithinDoubt = (since: Date, now: Date) => now.getTime() < since.getTime() + DOUBT_MINUTES * 60_000;

/** Why an attempt failed of which custody has no transaction; `status` stands for its word. */
interface Failure {
  readonly status: string;
  readonly reason: string;
}

/** @param judge looks at the payout as it is now; null leaves it as it is. */
function fail(
  ports: Ports,
  site: string,
  payout: PayoutRow,
  judge: (current: PayoutRow, now: Date) => Failure | null,
): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadRelease(ports.database, site, payout.releaseId);
    const current = found?.payouts.find(({ id }) => id === payout.id);
    if (found === null || current?.state !== 'submitting') return { outcome: 'repeated' };
    const failure = judge(current, entered.now);
    if (failure === null) return { outcome: 'waiting', reason: 'release.frozen' };
    const word = { providerId: null, status: failure.status, txHash: null };
    await transact(ports.database, { site }, (db) =>
      moveStatements(db, { found, payout: current, to: 'failed', word, now: entered.now, newId: ports.newId }),
    );
    return { outcome: 'applied', reason: failure.reason };
  });
}
