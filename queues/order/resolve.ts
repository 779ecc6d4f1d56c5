import { and, eq } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { DomainError } from '../../domain/error.ts';
import { decideResolution } from '../../domain/order/resolve.ts';
import type { Resolution } from '../../domain/order/resolve.ts';
import { disputeStanding, isInquiry } from '../../domain/dispute/status.ts';
import { isPending } from '../../domain/refund/state.ts';
import { addHours } from '../../domain/time.ts';
import { orders, payments } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { Outcome } from '../outcome.ts';
import { grantTerms, loadOrder } from './load.ts';
import type { OrderCase } from './load.ts';
import type { Ports } from '../ports.ts';
import { nudgeRefund } from '../refund/nudge.ts';
import { addRefund } from '../refund/commit.ts';
import { mainPayment, moneyOf } from '../reversal/consequence.ts';
import { grantStatements, payOrder } from './grant_commit.ts';
import { loadMoney } from '../reversal/load.ts';
import type { MoneyCase, PaymentRow, RefundRow } from '../reversal/load.ts';

/** Its promo code's last use may go meanwhile, or its money be asked for: then the order stays under review. */
const ATTEMPTS = { most: 4, outdated: ['promo.exhausted', 'promo.buyer_limit', 'refund.exceeds'] } as const;
const REASON = 'review_returned';
const ASK_AGAIN_HOURS = 1;
/** The provider mostly refunds nothing more of a payment of which a dispute took a part. */
const ASK_AFTER_LOSS_HOURS = 24;

/**
 * Does what an operator made of an order under review: it gets its tokens, or its money goes back.
 *
 * @throws DomainError `order.unknown`.
 */
export function resolveReview(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const entry = { site };
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadOrder(ports.database, entry, { orderId });
    const { found: money } = await loadMoney(ports.database, entry, { orderId });
    if (found === null || money === null) throw new DomainError('order.unknown');
    const { status, reviewWish: wish } = found.order;
    const payment = mainPayment(money);
    if (status !== 'review' || wish === null || payment === null) return { outcome: 'repeated' };
    const asked = money.refunds.find((refund) => isReturn(refund) && isStanding(refund, money, entered.now));
    if (wish === 'return' && asked !== undefined) {
      // Whoever wrote it down may not have come to the nudge.
      if (asked.state === 'requested') await nudgeRefund(ports, site, asked.id);
      return { outcome: 'repeated' };
    }

    const resolution = decide({ found, money, payment, wish }, entered.now, ports.newId);
    if (resolution instanceof DomainError) return { outcome: 'waiting', reason: resolution.code };
    return commit(ports, { found, payment, resolution, now: entered.now });
  });
}

/** Not one that an operator gave the same word as its reason. */
const isReturn = ({ reason, requestedBy }: RefundRow) => reason === REASON && requestedBy === null;

/**
 * Whether the money was asked for and nothing more is to be done now. What was given back may not be all: a refund made
 * beside it may have come to nothing. A refusal may have had a cause that is over, so the provider is asked anew, but not
 * over and over, hardly after a dispute was lost, and not while one has its hands on the money.
 */
function isStanding({ state, settledAt, paymentId }: RefundRow, { disputes }: MoneyCase, now: Date): boolean {
  if (isPending(state)) return true;
  if (state !== 'canceled' || settledAt === null) return false;
  const standings = disputes
    .filter((dispute) => dispute.paymentId === paymentId && !isInquiry(dispute.status))
    .map(({ status }) => disputeStanding(status));
  if (standings.includes('open')) return true;
  return addHours(settledAt, standings.includes('lost') ? ASK_AFTER_LOSS_HOURS : ASK_AGAIN_HOURS) > now;
}

interface Review {
  readonly found: OrderCase;
  readonly money: MoneyCase;
  readonly payment: PaymentRow;
  readonly wish: 'accept' | 'return';
}

/** A refusal is the answer here: the order stays under review, for an operator to see. */
function decide({ found, money, payment, wish }: Review, now: Date, newId: () => string): Resolution | DomainError {
  const { order, tier, buyerUnits, promoHasUse } = found;
  try {
    return decideResolution({
      ...grantTerms(found, now, newId),
      ...{ wish, status: order.status, payment, money: moneyOf(payment, money) },
      units: { quantity: order.quantity, tier, buyerUnits, promoHasUse },
    });
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

interface Resolved {
  readonly found: OrderCase;
  readonly payment: PaymentRow;
  readonly resolution: Resolution;
  readonly now: Date;
}

async function commit(ports: Ports, { found, payment, resolution, now }: Resolved): Promise<Outcome> {
  const { newId } = ports;
  const { siteCode: site } = found;
  if (resolution.kind === 'return') {
    const { refund } = resolution;
    await transact(ports.database, { site }, (db) => [
      standsBy(db, found, 'return'),
      addRefund(db, payment, { ...refund, state: 'requested', reason: REASON, word: null, now }),
    ]);
    await nudgeRefund(ports, site, refund.id);
    return { outcome: 'applied' };
  }
  const accept = { found, grant: resolution, isLate: true, now, newId };
  await transact(ports.database, { site }, (db) => [
    standsBy(db, found, 'accept'),
    payOrder(db, accept),
    applyPayment(db, payment, now),
    ...grantStatements(db, accept),
  ]);
  return { outcome: 'applied' };
}

/** The order's row is held, and its operator has not thought better of it. */
function standsBy(db: Statements, { order }: OrderCase, wish: 'accept' | 'return'): BatchItem<'pg'> {
  const { siteId, id } = order;
  const decided = db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.siteId, siteId), eq(orders.id, id), eq(orders.status, 'review'), eq(orders.reviewWish, wish)))
    .for('update');
  return db.execute(expectRows(decided.getSQL(), 'guard.changed'));
}

function applyPayment(db: Statements, { siteId, id }: PaymentRow, now: Date) {
  const applied = db
    .update(payments)
    .set({ state: 'applied', appliedAt: now })
    .where(and(eq(payments.siteId, siteId), eq(payments.id, id), eq(payments.state, 'review')))
    .returning({ id: payments.id });
  return db.execute(expectRows(applied.getSQL(), 'guard.changed'));
}
