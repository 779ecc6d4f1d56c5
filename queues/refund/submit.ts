import { DomainError } from '../../domain/error.ts';
import { DOUBT_MINUTES } from '../../domain/doubt.ts';
import { refundAttempt } from '../../domain/payment/refund.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import { applyDispute } from '../dispute/apply.ts';
import { alertLine } from '../log.ts';
import { consequenceOf, moneyNow } from '../reversal/consequence.ts';
import { consequenceStatements, holdOrder } from '../reversal/commit.ts';
import { loadMoney } from '../reversal/load.ts';
import type { MoneyCase, PaymentRow, RefundRow } from '../reversal/load.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { applyRefund } from './apply.ts';
import { countCall, moveRefund } from './commit.ts';
import type { RefundFact } from '../stripe/refund.ts';

const ATTEMPTS = 5;

/** Whoever is slower than this from reading the row to the call makes none: the key may be another by the time it ends. */
const SET_OUT_MILLISECONDS = 3 * 60_000;

/** A refund whose row says it is being made, so that the provider may be called. */
interface Begun {
  readonly found: MoneyCase;
  readonly payment: PaymentRow;
  readonly refund: RefundRow;
  /** The provider was never asked for it before. */
  readonly isFresh: boolean;
  readonly now: Date;
  /** When reading began, in milliseconds of this machine's clock. */
  readonly readAt: number;
}

/**
 * Makes a refund that was asked for: commit the intent, call the provider, commit the answer. Repeating it at any point is
 * safe: what was begun is looked for at the provider before it is asked for again. One that is on its way is read.
 *
 * @throws DomainError `refund.unknown`; `payment.unavailable`, `guard.changed`, `event.unknown_order`,
 * `database.unavailable` (retry).
 */
export async function submitRefund(ports: Ports, site: string, refundId: string): Promise<Outcome> {
  try {
    const begun = await decideAgain(ATTEMPTS, () => begin(ports, site, refundId));
    return 'outcome' in begun ? begun : await send(ports, site, begun);
  } catch (error) {
    // Told once, when the account was lost; the refund waits until it lets us in again.
    const isLost = error instanceof DomainError && error.code === 'payment.account_lost';
    if (isLost) return { outcome: 'waiting', reason: 'payment.account_lost' };
    throw error;
  }
}

async function begin(ports: Ports, site: string, refundId: string): Promise<Begun | Outcome> {
  const readAt = Date.now();
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
      return { found, payment, refund: { ...refund, state: 'submitting', checkedAt: now }, isFresh: true, now, readAt };
    }
    case 'submitting':
      if ((await count(ports, site, refund, 1)) === 0) throw new DomainError('guard.changed');
      return { found, payment, refund, isFresh: false, now, readAt };
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
  const { payment, refund, isFresh, now } = begun;
  const doubtMinutes = (now.getTime() - refund.checkedAt.getTime()) / 60_000;
  if (!isFresh) {
    const earlier = await beforeCall(ports, site, begun, () => listMade(ports, payment));
    const made = ownOf(earlier, begun);
    if (made !== null) return take(ports, site, payment, made);
  }
  const attempt = isFresh ? 0 : refundAttempt(doubtMinutes);
  if (attempt === null || Date.now() - begun.readAt > SET_OUT_MILLISECONDS) {
    await count(ports, site, refund, -1);
    return { outcome: 'waiting', reason: 'refund.in_doubt' };
  }
  const answer = await ask(ports, site, begun, attempt);
  if (answer !== null) return take(ports, site, payment, answer);
  const others = await count(ports, site, refund, -1);
  const listed = await listMade(ports, payment);
  const made = ownOf(listed, begun);
  if (made !== null) return take(ports, site, payment, made);
  if (others > 0 && doubtMinutes < DOUBT_MINUTES) throw new DomainError('payment.unavailable');
  await catchUp(ports, site, payment, listed);
  return refuse(ports, site, refund.id, others);
}

/** What fails before the call is made leaves no call behind that anybody would have to wait for. */
async function beforeCall<Answer>(
  ports: Ports,
  site: string,
  { refund }: Begun,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    await count(ports, site, refund, -1);
    throw error;
  }
}

/**
 * @returns null when the provider refused for good.
 * @throws DomainError `payment.unavailable` (retry) when nobody knows what it did, `payment.account_lost` (retry)
 */
async function ask(ports: Ports, site: string, begun: Begun, attempt: number): Promise<RefundFact | null> {
  const { found, payment, refund } = begun;
  const { id, orderId, amountMinor } = refund;
  const wish = { id, orderId, amountMinor, siteCode: found.siteCode, intentId: payment.intentId, attempt };
  try {
    return await ports.payments.refund(wish, payment.account);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'payment.provider_failed') return null;
    // The account lets us in no more: nothing was done there.
    if (error.code === 'payment.account_lost') await count(ports, site, refund, -1);
    throw error;
  }
}

const listMade = (ports: Ports, { intentId, account }: PaymentRow) => ports.payments.listRefunds(intentId, account);

/** The refund at the provider that bears our id, and that no other row of ours is. */
function ownOf(made: readonly RefundFact[], { refund, found }: Begun): RefundFact | null {
  const isTaken = (id: string) => found.refunds.some(({ providerId }) => providerId === id);
  const isOurs = ({ refundId, amountMinor }: RefundFact) =>
    refundId === refund.id && amountMinor === refund.amountMinor;
  return made.find((each) => isOurs(each) && !isTaken(each.id)) ?? null;
}

/**
 * The provider refuses because of what happened there and was not heard of here: the money went back by another hand, or the
 * buyer's bank has asked for it. That is taken in before the share is free again, so that nothing is paid out for it.
 */
async function catchUp(ports: Ports, site: string, payment: PaymentRow, refunds: readonly RefundFact[]): Promise<void> {
  const { intentId, account } = payment;
  for (const fact of refunds) await take(ports, site, payment, fact);
  for (const { id: disputeId } of await ports.payments.listDisputes(intentId, account)) {
    await applyDispute(ports, { entry: { site }, account, intentId, disputeId, event: null });
  }
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
 * @param others how many calls may be under way beside the refused one
 * @throws DomainError `payment.unavailable` (retry) when somebody has set out since
 */
function refuse(ports: Ports, site: string, id: string, others: number): Promise<Outcome> {
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
