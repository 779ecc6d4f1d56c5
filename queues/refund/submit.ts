import { DomainError } from '../../domain/error.ts';
import { DOUBT_MINUTES, refundAttempt } from '../../domain/payment/refund.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import { alertLine } from '../log.ts';
import { consequenceOf, moneyNow } from '../order/consequence.ts';
import { consequenceStatements, holdOrder } from '../order/consequence_commit.ts';
import { loadMoney } from '../order/money.ts';
import type { MoneyCase, PaymentRow, RefundRow } from '../order/money.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { applyRefund } from './apply.ts';
import { countCall, moveRefund } from './commit.ts';
import type { RefundFact } from './fact.ts';

const ATTEMPTS = 5;

/** A refund whose row says it is being made, so that the provider may be called. */
interface Begun {
  readonly found: MoneyCase;
  readonly payment: PaymentRow;
  readonly refund: RefundRow;
  /** The provider was never asked for it before. */
  readonly isFresh: boolean;
  readonly now: Date;
}

/**
 * Makes a refund that was asked for: commit the intent, call the provider, commit the answer. Repeating it at any point is
 * safe: what was begun is looked for at the provider before it is asked for again. One that is on its way is read.
 *
 * @throws DomainError `refund.unknown`, `payment.unavailable` (retry).
 */
export async function submitRefund(ports: Ports, site: string, refundId: string): Promise<Outcome> {
  const begun = await decideAgain(ATTEMPTS, () => begin(ports, site, refundId));
  return 'outcome' in begun ? begun : send(ports, site, begun);
}

async function begin(ports: Ports, site: string, refundId: string): Promise<Begun | Outcome> {
  const { entered, found } = await loadMoney(ports.database, { site }, { refundId });
  const refund = found?.refunds.find(({ id }) => id === refundId);
  const payment = found?.payments.find(({ id }) => id === refund?.paymentId);
  if (found === null || refund === undefined || payment === undefined) throw new DomainError('refund.unknown');
  const { now } = entered;
  switch (refund.state) {
    case 'requested': {
      // The share it will take is frozen from here on; until now nothing of the consumer knew of it.
      const consequence = consequenceOf(found, moneyNow(found), null, ports.newId);
      const change = { found, consequence, now, newId: ports.newId } as const;
      await transact(ports.database, { site }, (db) => [
        holdOrder(db, change),
        moveRefund(db, refund, 'submitting', { word: null, openCalls: refund.openCalls + 1, now }),
        ...consequenceStatements(db, change, []),
      ]);
      return { found, payment, refund: { ...refund, state: 'submitting', checkedAt: now }, isFresh: true, now };
    }
    case 'submitting':
      if ((await count(ports, site, refund, 1)) === 0) throw new DomainError('guard.changed');
      return { found, payment, refund, isFresh: false, now };
    case 'pending':
      if (refund.providerId === null) throw new TypeError('A refund on its way is known to the provider.');
      return take(ports, site, payment, await ports.payments.readRefund(refund.providerId, payment.account));
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return { outcome: 'repeated' };
  }
}

async function send(ports: Ports, site: string, begun: Begun): Promise<Outcome> {
  const { found, payment, refund, isFresh, now } = begun;
  const doubtMinutes = (now.getTime() - refund.checkedAt.getTime()) / 60_000;
  if (!isFresh) {
    const earlier = await findMade(ports, begun);
    if (earlier !== null) return take(ports, site, payment, earlier);
  }
  const attempt = isFresh ? 0 : refundAttempt(doubtMinutes);
  if (attempt === null) {
    await count(ports, site, refund, -1);
    return { outcome: 'waiting', reason: 'refund.in_doubt' };
  }
  try {
    const { id, orderId, amountMinor } = refund;
    const made = await ports.payments.refund(
      {
        ...{ id, orderId, amountMinor },
        siteCode: found.siteCode,
        intentId: payment.intentId,
        attempt,
      },
      payment.account,
    );
    return await take(ports, site, payment, made);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'payment.provider_failed') throw error;
  }
  const made = await findMade(ports, begun);
  if (made !== null) return take(ports, site, payment, made);
  return refuse(ports, site, refund, doubtMinutes >= DOUBT_MINUTES);
}

/** The refund at the provider that bears our id, and that no other row of ours is. */
async function findMade(ports: Ports, { payment, refund, found }: Begun): Promise<RefundFact | null> {
  const made = await ports.payments.listRefunds(payment.intentId, payment.account);
  const isTaken = (id: string) => found.refunds.some(({ providerId }) => providerId === id);
  const isOurs = ({ refundId, amountMinor }: RefundFact) =>
    refundId === refund.id && amountMinor === refund.amountMinor;
  return made.find((each) => isOurs(each) && !isTaken(each.id)) ?? null;
}

/** The key of our call answers as things were then; what the refund is now may be read by whoever comes later. */
function take(ports: Ports, site: string, { intentId }: PaymentRow, fact: RefundFact): Promise<Outcome> {
  return applyRefund(ports, { entry: { site }, intentId, fact, event: null });
}

/** @returns how many calls may be under way now; 0 once the refund is not being made any more. */
async function count(ports: Ports, site: string, refund: RefundRow, change: 1 | -1): Promise<number> {
  const [, rows] = await transact(ports.database, { site }, (db) => [countCall(db, refund, change)]);
  return rows[0]?.openCalls ?? 0;
}

/**
 * The provider refused for good and knows none by our id: nothing was taken, and the share is free again. Not while another
 * call may be under way that does what ours could not: of several the last one refused is believed, and one of which nobody
 * knows the end is over by the time that doubt ends.
 *
 * @throws DomainError `payment.unavailable` (retry) while there is doubt
 */
async function refuse(ports: Ports, site: string, refused: RefundRow, isBeyondDoubt: boolean): Promise<Outcome> {
  const { id } = refused;
  const others = await count(ports, site, refused, -1);
  if (others > 0 && !isBeyondDoubt) throw new DomainError('payment.unavailable');
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadMoney(ports.database, { site }, { refundId: id });
    const refund = found?.refunds.find((row) => row.id === id);
    if (found === null || refund?.state !== 'submitting') return { outcome: 'repeated' };
    // Somebody has set out since, and finds out for themselves.
    if (refund.openCalls > others) throw new DomainError('payment.unavailable');
    const { now } = entered;
    const refunds = found.refunds.filter((row) => row.id !== id);
    const consequence = consequenceOf(found, { ...moneyNow(found), refunds }, null, ports.newId);
    const change = { found, consequence, now, newId: ports.newId } as const;
    alertLine('refund.refused', { site, refund: id });
    await transact(ports.database, { site }, (db) => [
      holdOrder(db, change),
      moveRefund(db, refund, 'canceled', { word: null, status: 'refused', now }),
      ...consequenceStatements(db, change, []),
    ]);
    return { outcome: 'applied', reason: 'refund.refused' };
  });
}
