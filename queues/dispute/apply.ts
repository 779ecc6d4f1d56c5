import { decideDispute } from '../../domain/dispute/decide.ts';
import type { DisputeChange } from '../../domain/dispute/decide.ts';
import { DomainError } from '../../domain/error.ts';
import { isCaptured } from '../../domain/payment/state.ts';
import { surplusLeftMinor } from '../../domain/refund/reversible.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { inboxStatements, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { alertLine } from '../log.ts';
import { consequenceOf, moneyNow, moneyOf } from '../reversal/consequence.ts';
import { consequenceStatements, holdOrder } from '../reversal/commit.ts';
import { loadMoney } from '../reversal/load.ts';
import type { MoneyCase } from '../reversal/load.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { nudgeRefund } from '../refund/nudge.ts';
import { addRefund } from '../refund/commit.ts';
import { disputeStatements, noteDispute } from './commit.ts';
import type { DisputeCommit } from './commit.ts';

/** An operator may have asked for the same money meanwhile: then nothing of it is left. */
const ATTEMPTS = { most: 5, outdated: ['refund.exceeds'] } as const;

/** Word that something about a dispute may have changed. */
export interface DisputeNews {
  readonly entry: Entry;
  /** The connected account the dispute lives on; null for the platform's own. */
  readonly account: string | null;
  readonly intentId: string;
  /** The provider's id. */
  readonly disputeId: string;
  /** Null when no event told of it but a sweep. */
  readonly event: InboxEvent | null;
}

/**
 * Applies a dispute as the provider has it now; what an event carried may be older. It is read after our own row, whose
 * version guards the commit: who commits last has also read last, so neither order nor number of events matters.
 *
 * @throws DomainError `event.unknown_order` (retry) when the site has no such captured payment yet.
 */
export function applyDispute(ports: Ports, news: DisputeNews): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entry, account, intentId, event } = news;
    const { entered, found } = await loadMoney(ports.database, entry, { intentId });
    const payment = found?.payments.find((row) => row.intentId === intentId && isCaptured(row.state));
    if (found === null || payment === undefined) throw new DomainError('event.unknown_order');

    const current = await ports.payments.readDispute(news.disputeId, account);
    const place = { entry, siteId: entered.siteId };
    const isOurs = payment.account === account && current.intentId === intentId;
    if (!isOurs || current.currency.toUpperCase() !== payment.currency) {
      return parkEvent(ports, place, event, 'dispute.mismatch');
    }
    const known = found.disputes.find(({ providerId }) => providerId === current.id) ?? null;
    const source = payment.state === 'applied' ? 'sales' : 'unapplied';
    const change = decideDispute({
      ...{ known, current, source, currency: payment.currency },
      changeId: ports.newId(),
    });
    if (change === null) {
      await transact(ports.database, entry, (db) => [
        ...(event === null ? [] : inboxStatements(db, place.siteId, event, { state: 'applied' })),
        ...(known === null ? [] : [noteDispute(db, known, current, entered.now)]),
      ]);
      const waiting = found.refunds.find(({ paymentId, state }) => paymentId === payment.id && state === 'requested');
      if (waiting !== undefined) await nudgeRefund(ports, found.siteCode, waiting.id);
      return { outcome: 'repeated' };
    }
    const disputeId = known?.id ?? ports.newId();
    if (known?.status !== change.record.status) {
      alertLine('dispute.changed', { site_id: place.siteId, dispute: disputeId, status: change.record.status });
    }
    await commit(ports, news, found, { disputeId, known, payment, current, change, now: entered.now });
    return { outcome: 'applied' };
  });
}

async function commit(ports: Ports, { entry, event }: DisputeNews, found: MoneyCase, of: DisputeCommit): Promise<void> {
  const { change, payment, now } = of;
  const share = { ...change.record, paymentId: payment.id };
  const disputes = [...found.disputes.filter(({ id }) => id !== of.disputeId), share];
  const after = { ...moneyNow(found), disputes };
  const consequence = consequenceOf(found, after, causeOf(change), ports.newId);
  const following = { found, consequence, now, newId: ports.newId } as const;
  const amountMinor = surplusLeftMinor(payment.state, change.record.status, moneyOf(payment, after));
  const back = { id: ports.newId(), amountMinor, state: 'requested', reason: 'surplus', word: null, now } as const;
  await transact(ports.database, entry, (db) => [
    ...(event === null ? [] : inboxStatements(db, payment.siteId, event, { state: 'applied' })),
    holdOrder(db, following),
    ...disputeStatements(db, of),
    ...(amountMinor > 0n ? [addRefund(db, payment, back)] : []),
    ...consequenceStatements(db, following, change.transfers),
  ]);
  if (amountMinor > 0n) await nudgeRefund(ports, found.siteCode, back.id);
}

function causeOf({ changeId, newlyGoneMinor }: DisputeChange) {
  return newlyGoneMinor > 0n ? ({ type: 'dispute_change', id: changeId } as const) : null;
}
