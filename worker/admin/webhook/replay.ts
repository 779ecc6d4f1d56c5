import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { v5 } from 'uuid';
import { DomainError } from '../../../domain/error.ts';
import { expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';

/** Of the ids that the audit log knows providers' events by. */
const EVENT_NAMESPACE = '0c7c2f1e-3f0b-4a58-9d0e-2b6a1f6f0b11';

interface Asked {
  readonly site: string;
  readonly id: string;
  readonly reason: string;
}

/**
 * Has the consumer take a stored event again. One that was applied changes nothing: each effect happens once.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `webhook.cut` for one of which only the ids are
 * kept, `webhook.unavailable` (nothing is taken)
 */
export function replayEvent(env: Env, who: Visitor, asked: Asked): Promise<{ id: string }> {
  const stored = sql`select 1 from webhook_events where site_id = app.site_id() and event_id = ${asked.id}`;
  const guards = [
    expectRows(stored, 'request.not_found'),
    expectRows(sql`${stored} and cut_at is null`, 'webhook.cut'),
  ];
  // A provider's id is no UUID: the same event is the same subject all the same.
  return replay(env, who, asked, { noun: 'event', type: 'webhook_event', id: v5(asked.id, EVENT_NAMESPACE), guards });
}

/**
 * Has the consumer take a message again that was given up. One that was taken since is left alone.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `webhook.unavailable` (nothing is taken)
 */
export function replayDeadLetter(env: Env, who: Visitor, asked: Asked): Promise<{ id: string }> {
  const stored = sql`select 1 from dead_letters where site_id = app.site_id() and id = ${asked.id}`;
  const guards = [expectRows(stored, 'request.not_found')];
  return replay(env, who, asked, { noun: 'dead_letter', type: 'dead_letter', id: asked.id, guards });
}

interface Subject {
  readonly noun: 'event' | 'dead_letter';
  /** How the audit log names it. */
  readonly type: string;
  readonly id: string;
  /** Refuse what is not there to be taken again. */
  readonly guards: readonly SQL[];
}

async function replay(env: Env, who: Visitor, { site, id, reason }: Asked, subject: Subject) {
  await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    ...subject.guards.map((guard) => db.execute(guard)),
    audit(db, who, {
      action: `${subject.type}.replay`,
      subjectType: subject.type,
      subjectId: subject.id,
      before: null,
      after: { reason, id },
    }),
  ]);
  try {
    await env.PAYMENTS.send({ v: 1, kind: 'work', site, noun: subject.noun, id });
  } catch (error) {
    // No sweep would find the wish: it is made again, and audited again.
    throw new DomainError('webhook.unavailable', { cause: error });
  }
  return { id };
}
