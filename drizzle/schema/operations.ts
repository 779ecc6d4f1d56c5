import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, index, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytes } from './bytes.ts';
import { id, instant, siteId } from './column.ts';
import { sites } from './site.ts';

/** Who changed what, written in the change's own transaction. Insert-only. */
export const auditLog = pgTable(
  'audit_log',
  {
    siteId: siteId().references(() => sites.id),
    id: id(),
    actorId: uuid(),
    action: text().notNull(),
    subjectType: text().notNull(),
    subjectId: uuid().notNull(),
    before: jsonb().$type<unknown>(),
    after: jsonb().$type<unknown>(),
    requestId: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    index('audit_log_subject').on(t.siteId, t.subjectType, t.subjectId),
  ],
);

/**
 * A chain of hashes over a site's audit rows, one link a row, in the order they were sealed: whoever changes or removes a
 * row past the triggers breaks every link after it. `hash` is SHA-256 over `prevHash` and the row (`app.audit_hash`).
 */
export const auditSeals = pgTable(
  'audit_seals',
  {
    siteId: siteId(),
    /** 1, 2, 3 …: a missing link shows. */
    sequence: bigint({ mode: 'number' }).notNull(),
    auditId: uuid().notNull(),
    prevHash: bytes().notNull(),
    hash: bytes().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.sequence] }),
    unique('audit_seals_audit').on(t.siteId, t.auditId),
    foreignKey({
      columns: [t.siteId, t.auditId],
      foreignColumns: [auditLog.siteId, auditLog.id],
      name: 'audit_seals_row',
    }),
    check('audit_seals_hashes', sql`octet_length(${t.prevHash}) = 32 and octet_length(${t.hash}) = 32`),
  ],
);

/** When each sweep last ran. Belongs to the deployment, not to a site. */
export const jobs = pgTable('jobs', {
  name: text().primaryKey(),
  ranAt: instant().notNull(),
});
