import fc from 'fast-check';
import type pg from 'pg';
import type { ApiVisitor } from '../../dev/client/visitor.ts';
import { loadChecks } from '../../drizzle/check.ts';
import { openClient } from '../harness/database.ts';
import { newPlatformUser } from '../harness/operator.ts';

/** Runs under way at once: each waits for queues and webhooks most of the time. */
const LANES = 8;

const asked = process.env['POSX_RUNS'];

/** How many runs were asked for: `npm test -- model --runs N`. */
export const RUNS = Number(asked ?? 200);

/** How many steps a sale has at most: whoever asks for runs has the time for long ones. */
export const STEPS_MAX = asked === undefined ? 14 : 20;

/** What all runs of one lane share: connections, and somebody who operates each site. */
export interface Lane {
  /** Bound by no policy; for what no role of the platform may do, such as to let time pass for one row. */
  readonly superuser: pg.Client;
  /** Sees one site at a time. */
  readonly readonly: pg.Client;
  /** One statement that tells every truth about a site's rows that does not hold. */
  readonly truths: string;
  /** Operates every site of the lane. */
  readonly operator: { readonly id: string; readonly visitor: ApiVisitor };
}

/** Truths about the catalogue; they do not change with what a site sells. */
const CATALOGUE =
  /^(append_only|composite_foreign_keys|fixed_search_path|index_leads_with_site|no_|only_|rls_forced|secrets_unread|site_|state_triggers|unique_within_site|audit_)/;

async function openLane(): Promise<Lane> {
  const [superuser, readonly, operator, checks] = await Promise.all([
    openClient('superuser'),
    openClient('readonly'),
    newPlatformUser(),
    loadChecks(),
  ]);
  const told = checks
    .filter(({ name }) => !CATALOGUE.test(name))
    .map(
      ({ name, sql }) =>
        `select '${name}' as name, to_jsonb(fault) as fault from (${sql.replace(/;\s*$/, '')}\n) fault`,
    );
  return { superuser, readonly, operator, truths: told.join('\nunion all\n') };
}

async function closeLane({ superuser, readonly }: Lane): Promise<void> {
  await Promise.all([superuser.end(), readonly.end()]);
}

/**
 * Tries a property in so many runs, some of them at once.
 *
 * @throws Error of the first lane in which it fails
 */
export async function assertInLanes<Values extends [unknown, ...unknown[]]>(
  runs: number,
  property: (lane: Lane) => fc.IAsyncProperty<Values>,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, async (_, number) => {
    const lane = await openLane();
    try {
      const numRuns = Math.max(1, Math.ceil((runs - number) / LANES));
      // Whoever asks for runs is after the shortest way to a failure; everybody else wants to hear of it soon.
      await fc.assert(property(lane), { numRuns, endOnFailure: asked === undefined });
    } finally {
      await closeLane(lane);
    }
  });
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
}
