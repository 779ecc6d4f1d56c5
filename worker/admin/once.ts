import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { auditLog } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { audit } from '../audit.ts';
import { sha256Hex } from '../auth/hash.ts';
import type { Visitor } from '../http/visitor.ts';

type AuditRow = typeof auditLog.$inferSelect;

/** What an operator asked for, once. */
export interface Wish {
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** What the body said, JSON-safe and flat. */
  readonly said: Readonly<Record<string, string | null>>;
}

/**
 * The id that an Idempotency-Key stands for on a site's object. Its audit row has it, and what the wish makes: whoever
 * comes second conflicts with the first, and finds what the first one did.
 */
export async function onceId(site: string, { action, subjectId }: Wish, key: string): Promise<string> {
  const hex = await sha256Hex([site, action, subjectId, key].join('\n'));
  // RFC 9562 version 8: made from a hash.
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

/** The audit row that a wish left before, if it did. */
export function selectOnce(db: Statements, id: string) {
  return db
    .select()
    .from(auditLog)
    .where(and(sql`${auditLog.siteId} = app.site_id()`, eq(auditLog.id, id)));
}

/**
 * Whether the wish was done before.
 *
 * @throws DomainError `idempotency.mismatch` when the key stood for something else, or for somebody else's wish
 */
export function isRepeated(wish: Wish, row: AuditRow | undefined, actorId: string | null): boolean {
  if (row === undefined) return false;
  const before = JSON.stringify(sorted((row.after ?? {}) as Record<string, unknown>));
  if (row.actorId !== actorId || before !== JSON.stringify(sorted(wish.said))) {
    throw new DomainError('idempotency.mismatch');
  }
  return true;
}

function sorted(members: Readonly<Record<string, unknown>>) {
  return Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The audit row of a wish, for the transaction that does it. */
export function auditOnce(db: Statements, who: Visitor, id: string, wish: Wish, before: Record<string, unknown>) {
  const { action, subjectType, subjectId, said: after } = wish;
  return audit(db, who, { id, action, subjectType, subjectId, before, after });
}
