import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { loginAudit } from '../../drizzle/schema/index.ts';
import type { Visitor } from '../http/visitor.ts';

type Row = typeof loginAudit.$inferInsert;

/** What happened to somebody's ways in. */
export interface LoginEvent {
  userId: string;
  event: Row['event'];
  method?: Row['method'];
  sessionId?: string;
}

/** The row of `login_audit` that tells of it, to be inserted in the transaction of the change itself. */
export function loginRow(who: Visitor, { userId, event, method = null, sessionId }: LoginEvent) {
  return {
    siteId: sql`app.site_id()`,
    id: uuidv7(),
    userId,
    event,
    method,
    sessionId: sessionId ?? null,
    clientAddress: who.clientAddress,
    userAgent: who.userAgent,
    requestId: who.requestId,
    at: sql`app.now()`,
  };
}
