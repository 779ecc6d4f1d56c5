import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { RECHECK_MINUTES, sessionLimit } from '../../domain/session/limit.ts';
import { loginAudit, sessions } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { randomToken, sha256Hex } from '../auth/hash.ts';
import type { Visitor } from '../http/visitor.ts';
import { loginRow } from './login_event.ts';
import { CURRENT, endSessions } from './end.ts';

/** A session that is about to be opened. Its token is always fresh: none that a browser brings becomes a session. */
export interface Ticket {
  id: string;
  /** 256 bits, for the cookie alone. */
  token: string;
  /** Hex SHA-256 of the token: what the database holds. */
  tokenHash: string;
}

/** Makes the id and the token of a new session. */
export async function makeTicket(): Promise<Ticket> {
  const token = randomToken();
  return { id: uuidv7(), token, tokenHash: await sha256Hex(token) };
}

/** How long the cookie is worth keeping, in seconds: the database ends the session by itself. */
export const cookieSeconds = (who: Visitor): number => limitOf(who).absoluteMinutes * 60;

const limitOf = (who: Visitor) => sessionLimit(who.platform ? 'platform' : 'site');

/**
 * Ends the session that the request came with, whoever's it is. It must stand before the statement that makes somebody
 * else the transaction's person, and the transaction must be entered with that session.
 */
export const replaceSession = (db: Statements, who: Visitor) => endSessions(db, who, CURRENT, { reason: 'replaced' });

/** Who signed in, and how. */
export interface SignedIn {
  siteId: string;
  userId: string;
  method: 'wallet' | 'auth0';
  ticket: Ticket;
  /** Sealed for the row of this ticket. */
  refreshToken?: string | null;
}

/** The statements that open a session and tell of it. The transaction's person must be the user by then. */
export function openSession(db: Statements, who: Visitor, { siteId, userId, method, ticket, refreshToken }: SignedIn) {
  const { idleMinutes, absoluteMinutes } = limitOf(who);
  const inMinutes = (minutes: number) => sql`app.now() + make_interval(mins => ${minutes})`;
  return [
    db.insert(sessions).values({
      siteId,
      id: ticket.id,
      userId,
      tokenHash: ticket.tokenHash,
      method,
      createdAt: sql`app.now()`,
      expiresAt: inMinutes(absoluteMinutes),
      idleMinutes,
      seenAt: sql`app.now()`,
      userAgent: who.userAgent,
      recheckAt: method === 'auth0' ? inMinutes(RECHECK_MINUTES) : null,
      refreshToken: refreshToken ?? null,
    }),
    db.insert(loginAudit).values(loginRow(who, { userId, event: 'signed_in', method, sessionId: ticket.id })),
  ] as const;
}
