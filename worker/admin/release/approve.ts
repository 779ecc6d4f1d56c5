import { and, eq, inArray, sql } from 'drizzle-orm';
import { decideApproval, type Approval, type ApprovalCase } from '../../../domain/allocation/approve.ts';
import { DomainError, REFUSALS } from '../../../domain/error.ts';
import { parseSettings } from '../../../domain/site/settings.ts';
import { allocations, orders, releases, sites } from '../../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { nudge } from '../../nudge.ts';
import { selectSettings } from '../../site/settings.ts';
import type { ApproveResult } from '../shape.ts';

/**
 * Approves due releases for payout, each row for itself, and nudges the consumer. Repeating it is harmless: a release
 * that is approved already answers approved. A nudge that is lost is found by the sweep `releases.submit`.
 *
 * @param releaseIds at most `approvalBatchMax` of the site's settings
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`; `request.malformed` when they are too many
 */
export async function approveReleases(
  env: Env,
  who: Visitor,
  site: string,
  releaseIds: readonly string[],
): Promise<ApproveResult> {
  const ids = [...new Set(releaseIds)];
  const decided = await decideAgain(3, async () => {
    const { found, batchMax, now } = await load(env, who, site, ids);
    if (releaseIds.length > batchMax) {
      throw new DomainError('request.malformed', { detail: `An approval names at most ${batchMax} releases here.` });
    }
    const decisions = ids.map((id) => decide(id, found.get(id), now));
    const changed = decisions.flatMap(({ row, approval }) =>
      row !== undefined && approval.approved && isWaiting(row.release.state) ? [row.release] : [],
    );
    if (changed.length > 0) await commit(env, who, site, changed);
    return decisions.map((decision) => ({ ...decision, nudge: changed.some(({ id }) => id === decision.id) }));
  });
  const approved = decided.filter((each) => each.nudge).map(({ id }) => id);
  await nudge(env.CUSTODY, site, 'release', approved);
  return {
    results: decided.map(({ id, approval }) => ({
      id,
      approved: approval.approved,
      code: approval.approved ? null : approval.code,
      detail: approval.approved ? null : approval.detail,
    })),
  };
}

type ReleaseRow = typeof releases.$inferSelect;

interface Row {
  release: ReleaseRow;
  order: typeof orders.$inferSelect;
  site: ApprovalCase['site'];
  payableFrom: Date;
  walletChangedAt: Date | null;
}

const isWaiting = (state: ReleaseRow['state']) => state === 'due' || state === 'failed' || state === 'blocked';

async function load(env: Env, who: Visitor, site: string, ids: string[]) {
  const [entered, settingRows, rows] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    selectSettings(db),
    db
      .select({
        release: releases,
        order: orders,
        site: { vaultAccount: sites.vaultAccount, custodyAsset: sites.custodyAsset },
        payableFrom: allocations.payableFrom,
        walletChangedAt: allocations.walletChangedAt,
      })
      .from(releases)
      .innerJoin(sites, eq(sites.id, releases.siteId))
      .innerJoin(orders, and(eq(orders.siteId, releases.siteId), eq(orders.id, releases.orderId)))
      .innerJoin(allocations, and(eq(allocations.siteId, releases.siteId), eq(allocations.id, releases.allocationId)))
      .where(and(sql`${releases.siteId} = app.site_id()`, inArray(releases.id, ids))),
  ]);
  return {
    found: new Map(rows.map((row) => [row.release.id, row])),
    batchMax: parseSettings(settingRows[0]?.settings).approvalBatchMax,
    now: entered.now,
  };
}

function decide(id: string, row: Row | undefined, now: Date): { id: string; row: Row | undefined; approval: Approval } {
  if (row === undefined) {
    const detail = REFUSALS['release.unknown'].sentence;
    return { id, row, approval: { approved: false, code: 'release.unknown', detail } };
  }
  const { release, site, payableFrom, walletChangedAt } = row;
  const order = { status: row.order.status, frozen: row.order.frozen, payableFrom };
  return { id, row, approval: decideApproval({ release, order, site, walletChangedAt, now }) };
}

/** One guarded update and one audit row for each release, all in one transaction. */
async function commit(env: Env, who: Visitor, site: string, rows: ReleaseRow[]) {
  const seen = sql.join(
    rows.map(({ id, version }) => sql`(${id}::uuid, ${version}::integer)`),
    sql`, `,
  );
  await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db.execute(
      expectRows(
        sql`update releases r set state = 'approved', approved_at = app.now(), version = r.version + 1
          from (values ${seen}) as seen (id, version)
          where r.site_id = app.site_id() and r.id = seen.id and r.version = seen.version returning 1`,
        'guard.changed',
        rows.length,
      ),
    ),
    audit(
      db,
      who,
      ...rows.map(({ id, state }) => ({
        ...{ action: 'release.approve', subjectType: 'release', subjectId: id },
        ...{ before: { state }, after: { state: 'approved' } },
      })),
    ),
  ]);
}
