import { DomainError } from '../../domain/error.ts';
import { matchesPayout, parseExternalTxId } from '../../domain/payout/transaction.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { CustodyTransaction } from '../custody/transaction.ts';
import { ignoreEvent, inboxStatements, NO_SITE, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { decideUpdate } from '../../domain/payout/update.ts';
import { expectedPayout, loadRelease } from './load.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';
import { moveStatements, noteStatements } from './move.ts';

const ATTEMPTS = 4;

/**
 * Applies what custody says of a transaction to the payout it is: from a webhook, a poll, or the answer to our own call.
 * The webhook may be faster than the commit of our own answer, and any of them may come twice.
 *
 * @param event null when it was asked for and not told.
 */
export async function applyTransaction(
  ports: Ports,
  transaction: CustodyTransaction,
  event: InboxEvent | null,
): Promise<Outcome> {
  const reference = parseExternalTxId(transaction.externalTxId ?? '');
  if (reference === null) {
    return event === null
      ? { outcome: 'ignored', reason: 'custody.foreign' }
      : ignoreEvent(ports, NO_SITE, event, 'custody.foreign');
  }
  try {
    return await decideAgain(ATTEMPTS, () =>
      applyOnSite(ports, { site: reference.siteCode, releaseId: reference.releaseId, transaction, event }),
    );
  } catch (error) {
    if (error instanceof DomainError && error.code === 'webhook.unmapped') {
      return parkEvent(ports, NO_SITE, event, 'webhook.unmapped');
    }
    throw error;
  }
}

interface Update {
  readonly site: string;
  readonly releaseId: string;
  readonly transaction: CustodyTransaction;
  readonly event: InboxEvent | null;
}

async function applyOnSite(ports: Ports, { site, releaseId, transaction, event }: Update): Promise<Outcome> {
  const { entered, found } = await loadRelease(ports.database, site, releaseId);
  const place = { entry: { site }, siteId: entered.siteId };
  const payout = found?.payouts.find(({ externalTxId }) => externalTxId === transaction.externalTxId);
  // We commit before we call, so a transfer that bears our name without a row of ours was not made by us.
  if (found === null || payout === undefined) return parkEvent(ports, place, event, 'payout.unknown');
  if (!isSame(transaction, found, payout)) return parkEvent(ports, place, event, 'payout.mismatch');

  const update = decideUpdate(payout.state, payout.providerStatus, transaction.status);
  if (update.kind === 'contradiction') return parkEvent(ports, place, event, 'payout.contradiction');
  const word = { providerId: transaction.id, status: transaction.status, txHash: transaction.txHash };
  const { newId } = ports;
  const change = (db: Statements) => {
    switch (update.kind) {
      case 'move':
        return moveStatements(db, { found, payout, to: update.to, word, now: entered.now, newId });
      case 'note':
        return noteStatements(db, {
          payout,
          to: 'submitted',
          word: update.isOld ? { ...word, status: payout.providerStatus ?? word.status } : word,
          now: entered.now,
        });
      case 'repeated':
        return [];
    }
  };
  if (event !== null || update.kind !== 'repeated') {
    await transact(ports.database, place.entry, (db) => [
      ...(event === null ? [] : inboxStatements(db, place.siteId, event, { state: 'applied' })),
      ...change(db),
    ]);
  }
  return { outcome: update.kind === 'repeated' ? 'repeated' : 'applied' };
}

function isSame(transaction: CustodyTransaction, found: ReleaseCase, payout: PayoutRow): boolean {
  const { externalTxId } = payout;
  const isKnownId = payout.providerId === null || payout.providerId === transaction.id;
  return isKnownId && matchesPayout({ ...transaction, externalTxId }, expectedPayout(found, payout));
}
