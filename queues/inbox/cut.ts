import { sql, type SQL } from 'drizzle-orm';
import { transact } from '../../drizzle/transaction.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX, type SweepResult } from '../sweep/rows.ts';

/** An event of 90 days ago. One that is still parked waits for an operator, and money may depend on what it carries. */
const eventOver = sql`cut_at is null and state <> 'parked' and received_at < app.now() - interval '90 days'`;

/** A message given up 90 days ago. One that nobody had taken again is all there is of it. */
const letterOver = sql`cut_at is null and replayed_at is not null and at < app.now() - interval '90 days'`;

/** Whether a site has events or dead letters to cut: for the sweeps' table. */
export const hasOldEvents = (): SQL => sql`(
  exists (select from webhook_events t where t.site_id = "sites"."id" and ${eventOver})
  or exists (select from dead_letters t where t.site_id = "sites"."id" and ${letterOver}))`;

/**
 * What tells which event it was, out of all that it carries: its id and type, the account, and the id of what it is about.
 *
 * @param event the provider's event, whole or a reference, as `jsonb`
 */
export const idsOf = (event: SQL): SQL => sql`(
  select jsonb_strip_nulls(jsonb_build_object(
    'id', e ->> 'id', 'type', e ->> 'type', 'eventType', e ->> 'eventType', 'account', e ->> 'account',
    'object', coalesce(e #>> '{data,object,id}', e #>> '{data,externalTxId}', e #>> '{data,id}',
      nullif(e ->> 'object', 'event'))))
  from (select ${event} as e) whole)`;

/** Of either table, so that a message handles no more than any other sweep's. */
const EACH_MAX = SWEEP_ROWS_MAX / 2;

/** Cuts old events, and old messages that brought one, to their ids: what providers told of people ends here. */
export async function cutEvents(ports: Ports, site: string): Promise<SweepResult> {
  const [, events, letters] = await transact(ports.database, { site }, (db) => [
    // Chosen before anything is changed: a subselect with a limit may be asked more than once.
    db.execute(sql`
      with old as materialized (
        select provider, event_id from webhook_events where site_id = app.site_id() and ${eventOver}
        limit ${EACH_MAX} for update skip locked)
      update webhook_events e set payload = ${idsOf(sql`e.payload`)}, cut_at = app.now()
      from old where e.provider = old.provider and e.event_id = old.event_id returning 1`),
    db.execute(sql`
      with old as materialized (
        select id from dead_letters where site_id = app.site_id() and ${letterOver}
        limit ${EACH_MAX} for update skip locked)
      update dead_letters l set body = jsonb_set(l.body, '{event}', ${idsOf(sql`l.body -> 'event'`)}, false), cut_at = app.now()
      from old where l.id = old.id returning 1`),
  ]);
  const counts = [events.rows.length, letters.rows.length] as const;
  const moved = counts[0] + counts[1];
  return { found: moved, moved, failed: 0, more: counts.some((count) => count >= EACH_MAX) };
}
