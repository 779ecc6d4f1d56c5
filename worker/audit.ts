import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { auditLog } from '../drizzle/schema/index.ts';
import type { Statements } from '../drizzle/transaction.ts';
import type { Visitor } from './http/visitor.ts';

/** Something done that the audit log keeps for good. */
export interface Deed {
  /** Of the audit row; a fresh one unless what was done has an id that tells a repetition. */
  readonly id?: string;
  /** `noun.verb`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** What of the subject changed, JSON-safe and without secrets; null where there was nothing before. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Writes down what the entered person does on the entered site, for the transaction that does it. */
export function audit(db: Statements, { requestId }: Visitor, ...deeds: readonly Deed[]) {
  return db.insert(auditLog).values(
    deeds.map((deed) => ({
      ...{ siteId: sql`app.site_id()`, id: uuidv7(), actorId: sql`app.user_id()`, requestId, at: sql`app.now()` },
      ...deed,
    })),
  );
}
