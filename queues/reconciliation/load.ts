import { and, eq, gte, inArray, isNull, lt, notInArray } from 'drizzle-orm';
import { isCaptured } from '../../domain/payment/state.ts';
import type { Line } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
import { isTaken } from '../../domain/refund/state.ts';
import { disputes, effects, payments, reconciliationBreaks, refunds } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';

/** What a site has booked of some movements. */
export interface Booked {
  readonly siteId: string;
  readonly now: Date;
  /** PaymentIntents of the site, captured or not. */
  readonly intents: ReadonlySet<string>;
  readonly lines: readonly Line[];
  /** Movements whose fee or payout to the bank is posted. */
  readonly posted: ReadonlySet<string>;
}

/** What is looked for: objects by their lines, and the PaymentIntents and ids of movements. */
interface Sought {
  readonly lines: readonly Line[];
  readonly intentIds?: readonly string[];
  readonly ids?: readonly string[];
}

/** Reads what a site has booked of these PaymentIntents, refunds, disputes and movements. */
export async function loadBooked(ports: Ports, site: string, sought: Sought): Promise<Booked> {
  const { lines, intentIds = [], ids = [] } = sought;
  const references = lines.map(({ reference }) => reference);
  const [entered, paymentRows, refundRows, disputeRows, effectRows] = await transact(ports.database, { site }, (db) => [
    db
      .select()
      .from(payments)
      .where(and(eq(payments.siteId, here), inArray(payments.intentId, ['', ...intentIds, ...references]))),
    db
      .select()
      .from(refunds)
      .where(and(eq(refunds.siteId, here), inArray(refunds.providerId, ['', ...references]))),
    db
      .select()
      .from(disputes)
      .where(and(eq(disputes.siteId, here), inArray(disputes.providerId, ['', ...references]))),
    db
      .select({ object: effects.object })
      .from(effects)
      .where(and(eq(effects.siteId, here), eq(effects.provider, 'stripe'), inArray(effects.object, ['', ...ids]))),
  ]);
  const captured = paymentRows.filter(({ state }) => isCaptured(state));
  return {
    siteId: entered.siteId,
    now: entered.now,
    intents: new Set(paymentRows.map(({ intentId }) => intentId)),
    lines: [
      ...captured.map(({ intentId, currency, amountMinor }): Line => {
        return { kind: 'charge', reference: intentId, currency, minor: amountMinor };
      }),
      ...refundRows.map(({ providerId, state, currency, amountMinor }): Line => {
        return { kind: 'refund', reference: providerId ?? '', currency, minor: isTaken(state) ? amountMinor : 0n };
      }),
      ...disputeRows.flatMap(({ providerId: reference, currency, withdrawnMinor, reinstatedMinor }): Line[] => [
        { kind: 'dispute_withdrawn', reference, currency, minor: withdrawnMinor },
        { kind: 'dispute_reinstated', reference, currency, minor: reinstatedMinor },
      ]),
    ],
    posted: new Set(effectRows.map(({ object }) => object)),
  };
}

const ofAccount = (column: typeof payments.account | typeof reconciliationBreaks.account, account: string | null) =>
  account === null ? isNull(column) : eq(column, account);

/** How many objects one message reads back from the provider, beside the day's list. */
export const READ_BACK_MOST = 100;

/** Captured payments begun on a day of which the day's movements say nothing. */
export async function unseenPayments(
  ports: Ports,
  site: string,
  { account, day, seen }: { account: string | null; day: Day; seen: readonly string[] },
) {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select()
      .from(payments)
      .where(
        and(
          eq(payments.siteId, here),
          ofAccount(payments.account, account),
          inArray(payments.state, ['applied', 'review', 'surplus']),
          gte(payments.createdAt, day.from),
          lt(payments.createdAt, day.to),
          notInArray(payments.intentId, ['', ...seen]),
        ),
      )
      .limit(READ_BACK_MOST),
  ]);
  return rows;
}

export type BreakRow = typeof reconciliationBreaks.$inferSelect;

/** Breaks of an account that nobody has resolved, the oldest first. */
export async function openBreaks(ports: Ports, site: string, account: string | null): Promise<BreakRow[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select()
      .from(reconciliationBreaks)
      .where(
        and(
          eq(reconciliationBreaks.siteId, here),
          ofAccount(reconciliationBreaks.account, account),
          eq(reconciliationBreaks.provider, 'stripe'),
          eq(reconciliationBreaks.state, 'open'),
        ),
      )
      .orderBy(reconciliationBreaks.day)
      .limit(READ_BACK_MOST),
  ]);
  return rows;
}
