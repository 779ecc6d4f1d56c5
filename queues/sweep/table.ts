import { and, eq, exists, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { SweepName } from '../../domain/sweep.ts';
import { auditLog, orders, payouts, refunds, releases, sessions, sites } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { expireOrder } from '../order/expire.ts';
import { isUnsealed, sealAudit } from '../audit/seal.ts';
import {
  clearKeys,
  clearNonces,
  clearSessions,
  cutLogins,
  hasOldKeys,
  hasOldLogins,
  hasOldNonces,
  hasOldSessions,
} from '../identity/clear.ts';
import { cutEvents, hasOldEvents } from '../inbox/cut.ts';
import { clearedOrders, isCleared } from '../order/cleared.ts';
import { decidedOrders, isDecided } from '../order/decided.ts';
import { isOverdue, overdueOrders } from '../order/overdue.ts';
import { refreezeOrder } from '../order/refreeze.ts';
import { resolveReview } from '../order/resolve.ts';
import { hasAccount, readMissedEvents } from '../payment/event_sweep.ts';
import { isUnchecked, pollPayout, uncheckedPayouts } from '../payout/poll.ts';
import { submitRelease } from '../payout/submit.ts';
import type { Ports, QueueName } from '../ports.ts';
import { hasDayToReconcile, reconcileAccounts } from '../reconciliation/reconcile.ts';
import { dueRefunds, isRefundDue } from '../refund/due.ts';
import { submitRefund } from '../refund/submit.ts';
import { isDue, isToSubmit, markReleasesDue, releasesToSubmit } from '../release/due.ts';
import { isStale, resealSession, staleSessions } from '../secret/rotate.ts';
import { eachRow } from './rows.ts';
import type { SweepResult } from './rows.ts';

interface Sweep {
  /** The queue that carries its messages: the one of the provider it asks. */
  readonly queue: QueueName;
  /** Whether a row of `sites` has due work; read as `posx_sweep`, which sees little more than states and dates. */
  readonly hasWork: (db: Statements, ports: Ports) => SQL | undefined;
  /** Handles at most `SWEEP_ROWS_MAX` rows of one site. Safe to run twice at once. */
  readonly run: (ports: Ports, site: string) => Promise<SweepResult>;
}

const one = { one: sql`1` };

/** What each sweep does. */
export const SWEEPS = {
  'orders.expire': {
    queue: 'payments',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(orders)
          .where(and(eq(orders.siteId, sites.id), isOverdue)),
      ),
    run: async (ports, site) => eachRow(await overdueOrders(ports, site), (id) => expireOrder(ports, site, id), String),
  },
  'payments.events': { queue: 'payments', hasWork: hasAccount, run: readMissedEvents },
  'payments.reconcile': { queue: 'payments', hasWork: () => hasDayToReconcile, run: reconcileAccounts },
  'refunds.submit': {
    queue: 'payments',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(refunds)
          .where(and(eq(refunds.siteId, sites.id), isRefundDue)),
      ),
    run: async (ports, site) => eachRow(await dueRefunds(ports, site), (id) => submitRefund(ports, site, id), String),
  },
  'reviews.resolve': {
    queue: 'payments',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(orders)
          .where(and(eq(orders.siteId, sites.id), isDecided)),
      ),
    run: async (ports, site) =>
      eachRow(await decidedOrders(ports, site), (id) => resolveReview(ports, site, id), String),
  },
  'orders.refreeze': {
    queue: 'payments',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(orders)
          .where(and(eq(orders.siteId, sites.id), isCleared(db))),
      ),
    run: async (ports, site) =>
      eachRow(await clearedOrders(ports, site), (id) => refreezeOrder(ports, site, id), String),
  },
  'releases.due': {
    queue: 'custody',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(releases)
          .where(and(eq(releases.siteId, sites.id), isDue)),
      ),
    run: markReleasesDue,
  },
  'releases.submit': {
    queue: 'custody',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(releases)
          .where(and(eq(releases.siteId, sites.id), isToSubmit(db))),
      ),
    run: async (ports, site) =>
      eachRow(await releasesToSubmit(ports, site), (id) => submitRelease(ports, site, id), String),
  },
  'payouts.poll': {
    queue: 'custody',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(payouts)
          .where(and(eq(payouts.siteId, sites.id), isUnchecked)),
      ),
    run: async (ports, site) =>
      eachRow(
        await uncheckedPayouts(ports, site),
        (payout) => pollPayout(ports, site, payout),
        ({ id }) => id,
      ),
  },
  'audit.seal': {
    queue: 'custody',
    hasWork: (db) =>
      exists(
        db
          .select(one)
          .from(auditLog)
          .where(and(eq(auditLog.siteId, sites.id), isUnsealed(db))),
      ),
    run: sealAudit,
  },
  'secrets.rotate': {
    queue: 'custody',
    hasWork: (db, ports) =>
      exists(
        db
          .select(one)
          .from(sessions)
          .where(and(eq(sessions.siteId, sites.id), isStale(ports))),
      ),
    run: async (ports, site) =>
      eachRow(
        await staleSessions(ports, site),
        (session) => resealSession(ports, site, session),
        ({ id }) => id,
      ),
  },
  'nonces.clear': { queue: 'custody', hasWork: hasOldNonces, run: clearNonces },
  'sessions.clear': { queue: 'custody', hasWork: hasOldSessions, run: clearSessions },
  'keys.clear': { queue: 'custody', hasWork: hasOldKeys, run: clearKeys },
  'logins.cut': { queue: 'custody', hasWork: hasOldLogins, run: cutLogins },
  'events.cut': { queue: 'custody', hasWork: hasOldEvents, run: cutEvents },
} as const satisfies Record<SweepName, Sweep>;
