import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
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

/** When each sweep last ran. Belongs to the deployment, not to a site. */
export const jobs = pgTable('jobs', {
  name: text().primaryKey(),
  ranAt: instant().notNull(),
});
