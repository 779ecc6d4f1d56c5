import { and, desc, eq, gt, gte, inArray, isNull, lt, notInArray, sql } from 'drizzle-orm';
import { isCaptured } from '../../domain/payment/state.ts';
import { refundLines, type Line } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
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
      ...refundRows.flatMap(({ providerId, state, currency, amountMinor: minor }) =>
        refundLines({ reference: providerId ?? '', currency, minor, state }),
      ),
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

/** How many rows are read at once, and at most of a day, to be asked for at the provider beside the day's list. */
const READ_BACK = 100;
export const READ_BACK_MOST = 1_000;

/** Captured payments that were heard of on a day, of which its movements say nothing. */
export async function unseenPayments(
  ports: Ports,
  site: string,
  { account, day, seen }: { account: string | null; day: Day; seen: readonly string[] },
): Promise<PaymentRow[]> {
  return inPages<PaymentRow>(async (last) => {
    const [, rows] = await transact(ports.database, { site }, (db) => [
      db
        .select({ payment: payments })
        .from(payments)
        .innerJoin(effects, and(eq(effects.siteId, payments.siteId), eq(effects.object, payments.intentId)))
        .where(
          and(
            eq(payments.siteId, here),
            ofAccount(payments.account, account),
            inArray(payments.state, ['applied', 'review', 'surplus']),
            eq(effects.provider, 'stripe'),
            eq(effects.effect, 'settled'),
            gte(effects.at, day.from),
            lt(effects.at, day.to),
            notInArray(payments.intentId, ['', ...seen]),
            gt(payments.intentId, last?.intentId ?? ''),
          ),
        )
        .orderBy(payments.intentId)
        .limit(READ_BACK),
    ]);
    return rows.map(({ payment }) => payment);
  });
}

/** Breaks of an account that nobody has resolved, the newest first: those are the likeliest to agree by now. */
export async function openBreaks(ports: Ports, site: string, account: string | null): Promise<BreakRow[]> {
  const { day, id } = reconciliationBreaks;
  return inPages<BreakRow>(async (last) => {
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
            last === undefined ? undefined : sql`(${day}, ${id}) < (${last.day}::date, ${last.id}::uuid)`,
          ),
        )
        .orderBy(desc(day), desc(id))
        .limit(READ_BACK),
    ]);
    return rows;
  });
}

type PaymentRow = typeof payments.$inferSelect;
export type BreakRow = typeof reconciliationBreaks.$inferSelect;

/** Reads page after page until one is not full, or there are enough. */
async function inPages<Row>(read: (last: Row | undefined) => Promise<Row[]>): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    const rows = await read(all.at(-1));
    all.push(...rows);
    if (rows.length < READ_BACK || all.length >= READ_BACK_MOST) return all;
  }
}
