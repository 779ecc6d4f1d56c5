import type { SweepName } from '../../domain/sweep.ts';
import { auditLog, orders, payouts, refunds, releases, sessions } from '../../drizzle/schema/index.ts';
import { isUnsealed, sealAudit } from '../audit/seal.ts';
import { makeCommissionsReady } from '../commission/ready.ts';
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
import { hasReadyCommission, isCleared, isDecided, isOverdue } from '../order/due.ts';
import { expireOrder } from '../order/expire.ts';
import { refreezeOrder } from '../reversal/refreeze.ts';
import { resolveReview } from '../order/resolve.ts';
import { hasAccount, readMissedEvents } from '../payment/event_sweep.ts';
import { isUnchecked, pollPayout, uncheckedPayouts } from '../payout/poll.ts';
import { submitRelease } from '../payout/submit.ts';
import { hasDayToReconcile, reconcileAccounts } from '../reconciliation/reconcile.ts';
import { isRefundDue } from '../refund/due.ts';
import { submitRefund } from '../refund/submit.ts';
import { isDue, isToSubmit, isWorthSubmitting, markReleasesDue } from '../release/due.ts';
import { isStale, resealSession, staleSessions } from '../secret/rotate.ts';
import { eachRow } from './rows.ts';
import { siteHas, sweepOf } from './sweep.ts';
import type { Sweep } from './sweep.ts';

/** What each sweep does. */
export const SWEEPS = {
  'orders.expire': sweepOf({ queue: 'payments', table: orders, isDue: isOverdue, take: expireOrder }),
  'payments.events': { queue: 'payments', hasWork: hasAccount, run: readMissedEvents },
  'payments.reconcile': { queue: 'payments', hasWork: () => hasDayToReconcile, run: reconcileAccounts },
  'refunds.submit': sweepOf({ queue: 'payments', table: refunds, isDue: isRefundDue, take: submitRefund }),
  'reviews.resolve': sweepOf({ queue: 'payments', table: orders, isDue: isDecided, take: resolveReview }),
  'orders.refreeze': sweepOf({ queue: 'payments', table: orders, isDue: isCleared, take: refreezeOrder }),
  'commissions.ready': sweepOf({
    queue: 'payments',
    table: orders,
    isDue: hasReadyCommission,
    take: makeCommissionsReady,
  }),
  'releases.due': { queue: 'custody', hasWork: (db) => siteHas(db, releases, isDue), run: markReleasesDue },
  'releases.submit': sweepOf({
    queue: 'custody',
    table: releases,
    isDue: isToSubmit,
    isWorth: isWorthSubmitting,
    take: submitRelease,
  }),
  'payouts.poll': {
    queue: 'custody',
    hasWork: (db) => siteHas(db, payouts, isUnchecked),
    run: async (ports, site) =>
      eachRow(
        await uncheckedPayouts(ports, site),
        (payout) => pollPayout(ports, site, payout),
        ({ id }) => id,
      ),
  },
  'audit.seal': { queue: 'custody', hasWork: (db) => siteHas(db, auditLog, isUnsealed(db)), run: sealAudit },
  'secrets.rotate': {
    queue: 'custody',
    hasWork: (db, ports) => siteHas(db, sessions, isStale(ports)),
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
