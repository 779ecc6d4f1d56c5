import { and, eq } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { effects } from '../../drizzle/schema/index.ts';
import { ConflictError, decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import { ignoreEvent, inboxStatements } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { alertLine } from '../log.ts';
import { consequenceOf, moneyNow } from '../reversal/consequence.ts';
import { consequenceStatements, holdOrder } from '../reversal/commit.ts';
import { loadMoney } from '../reversal/load.ts';
import type { Outcome } from '../outcome.ts';
import { placeOf } from '../inbox/site.ts';
import type { Ports } from '../ports.ts';

const ATTEMPTS = 5;

/** A fraud warning for a payment of the entered site. */
export interface WarningNews {
  readonly entry: Entry;
  readonly intentId: string;
  readonly warningId: string;
  readonly event: InboxEvent;
}

/**
 * Freezes what an order of which the card's issuer warns would still send, until an operator has looked. Each warning
 * counts once, so that a word on one already cleared does not raise it anew.
 *
 * @throws DomainError `event.unknown_order` (retry) when the site has no such payment yet.
 */
export async function warnOrder(ports: Ports, { entry, intentId, warningId, event }: WarningNews): Promise<Outcome> {
  try {
    return await decideAgain(ATTEMPTS, async () => {
      const { entered, found } = await loadMoney(ports.database, entry, { intentId });
      if (found === null) throw new DomainError('event.unknown_order');
      const { now, siteId } = entered;
      if (await isKnown(ports, entry, warningId)) return ignoreEvent(ports, { entry, siteId }, event, 'warning.known');
      const consequence = consequenceOf(found, { ...moneyNow(found), isWarned: true }, null, ports.newId);
      const change = { found, consequence, warnedAt: now, now, newId: ports.newId } as const;
      alertLine('order.warned', { site_id: siteId, order: found.order.id });
      await transact(ports.database, entry, (db) => [
        ...inboxStatements(db, siteId, event, { state: 'applied' }),
        db.insert(effects).values({ siteId, provider: 'stripe', object: warningId, effect: 'warned', at: now }),
        holdOrder(db, change),
        ...consequenceStatements(db, change, []),
      ]);
      return { outcome: 'applied' };
    });
  } catch (error) {
    if (!(error instanceof ConflictError) || !error.constraint.startsWith('effects')) throw error;
    return ignoreEvent(ports, await placeOf(ports, entry), event, 'warning.known');
  }
}

/** Asked before the alert. Two words on one warning at once may both pass: the effect's key stops the second. */
async function isKnown(ports: Ports, entry: Entry, warningId: string): Promise<boolean> {
  const [, rows] = await transact(ports.database, entry, (db) => [
    db
      .select({ at: effects.at })
      .from(effects)
      .where(
        and(
          eq(effects.siteId, here),
          eq(effects.provider, 'stripe'),
          eq(effects.object, warningId),
          eq(effects.effect, 'warned'),
        ),
      ),
  ]);
  return rows.length > 0;
}
