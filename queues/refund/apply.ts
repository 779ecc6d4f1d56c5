import { decideRefund } from '../../domain/refund/decide.ts';
import type { RefundDecision } from '../../domain/refund/decide.ts';
import { takenByRefunds } from '../../domain/refund/reversible.ts';
import { DomainError } from '../../domain/error.ts';
import { isCaptured } from '../../domain/payment/state.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entered, Entry } from '../../drizzle/transaction.ts';
import { inboxStatements, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { alertLine } from '../log.ts';
import { consequenceOf, moneyNow } from '../reversal/consequence.ts';
import { consequenceStatements, holdOrder } from '../reversal/commit.ts';
import { loadMoney } from '../reversal/load.ts';
import type { MoneyCase, PaymentRow, RefundRow } from '../reversal/load.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { addRefund, moveRefund, noteRefund } from './commit.ts';
import type { RefundFact } from '../stripe/refund.ts';

const ATTEMPTS = 5;

/** A refund as the provider has it, of a payment that the entered site has captured. */
export interface RefundNews {
  readonly entry: Entry;
  readonly intentId: string;
  readonly fact: RefundFact;
  /** Null when no event told of it: it is the answer to our own question. */
  readonly event: InboxEvent | null;
}

/**
 * Applies what the provider says of a refund: one of ours, or one made at the provider. Everything that goes with the
 * money goes in the same commit. Whoever comes second finds it done.
 *
 * @throws DomainError `event.unknown_order` (retry) when the site has no such captured payment yet.
 */
export function applyRefund(ports: Ports, news: RefundNews): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entry, intentId, fact, event } = news;
    const { entered, found } = await loadMoney(ports.database, entry, { intentId });
    const payment = found?.payments.find((row) => row.intentId === intentId && isCaptured(row.state));
    if (found === null || payment === undefined) throw new DomainError('event.unknown_order');

    const place = { entry, siteId: entered.siteId };
    if (payment.account !== fact.account) return parkEvent(ports, place, event, 'refund.mismatch');
    const known = knownRefund(found, payment, fact);
    const refundId = known?.id ?? ports.newId();
    const others = found.refunds.filter((row) => row.paymentId === payment.id && row.id !== refundId);
    const decision = decideRefund({
      ...{ refundId, known, fact },
      payment: {
        currency: payment.currency,
        source: payment.state === 'applied' ? 'sales' : 'unapplied',
        capturedMinor: payment.amountMinor,
        otherwiseTakenMinor: takenByRefunds(others),
      },
    });
    switch (decision.kind) {
      case 'mismatch':
        return parkEvent(ports, place, event, 'refund.mismatch');
      case 'repeated':
        await transact(ports.database, entry, (db) => [
          ...(event === null ? [] : inboxStatements(db, place.siteId, event, { state: 'applied' })),
          ...(known === null ? [] : [noteRefund(db, known, entered.now)]),
        ]);
        return { outcome: 'repeated' };
      case 'move':
        if (decision.to === 'failed') alertLine('refund.failed', { site_id: place.siteId, refund: refundId });
        // Whoever wanted it does not learn of it otherwise; one made at the provider was canceled where it was made.
        if (decision.to === 'canceled' && known !== null) {
          alertLine('refund.canceled', { site_id: place.siteId, refund: refundId });
        }
        await commit(ports, { news, entered, found, payment, known, refundId, decision });
        return { outcome: 'applied' };
    }
  });
}

interface Move {
  readonly news: RefundNews;
  readonly entered: Entered;
  readonly found: MoneyCase;
  readonly payment: PaymentRow;
  readonly known: RefundRow | null;
  readonly refundId: string;
  readonly decision: Extract<RefundDecision, { kind: 'move' }>;
}

async function commit(ports: Ports, move: Move): Promise<void> {
  const { news, entered, found, payment, known, refundId, decision } = move;
  const { entry, event, fact } = news;
  const { now, siteId } = entered;
  const { newId } = ports;
  const share = { paymentId: payment.id, state: decision.to, amountMinor: fact.amountMinor };
  const refunds = [...found.refunds.filter(({ id }) => id !== refundId), share];
  const cause = decision.newlyGoneMinor > 0n ? ({ type: 'refund', id: refundId } as const) : null;
  const consequence = consequenceOf(found, { ...moneyNow(found), refunds }, cause, newId);
  const change = { found, consequence, now, newId } as const;
  await transact(ports.database, entry, (db) => [
    ...(event === null ? [] : inboxStatements(db, siteId, event, { state: 'applied' })),
    holdOrder(db, change),
    known === null
      ? addRefund(db, payment, {
          ...{ id: refundId, amountMinor: fact.amountMinor, state: decision.to, word: fact, now },
          reason: 'made_at_provider',
        })
      : moveRefund(db, known, decision.to, { word: fact, now }),
    ...consequenceStatements(db, change, decision.transfers),
  ]);
}

/**
 * Our row for a refund: by the provider's id, or by our own in its metadata where the answer to our call was lost. A row
 * that was never sent, or of another amount, is not meant, whatever the metadata says: somebody at the provider copied it.
 */
function knownRefund({ refunds }: MoneyCase, payment: PaymentRow, fact: RefundFact): RefundRow | null {
  const byProvider = refunds.find(({ providerId }) => providerId === fact.id);
  const byName = refunds.find(
    ({ id, paymentId, providerId, state, amountMinor }) =>
      id === fact.refundId &&
      paymentId === payment.id &&
      amountMinor === fact.amountMinor &&
      providerId === null &&
      state === 'submitting',
  );
  return byProvider ?? byName ?? null;
}
