import { and, eq, isNull } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { parseMessage } from '../../domain/message.ts';
import type { Message } from '../../domain/message.ts';
import { deadLetters } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';

/**
 * Takes a site's dead letter again. It is marked as replayed once it was taken without an error; until then an operator
 * may ask again.
 *
 * @throws DomainError `request.malformed` when the site has no such letter, and what the message itself is refused with.
 */
export async function replayDeadLetter(
  ports: Ports,
  site: string,
  id: string,
  take: (message: Message) => Promise<Outcome>,
): Promise<Outcome> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ body: deadLetters.body, replayedAt: deadLetters.replayedAt })
      .from(deadLetters)
      .where(and(eq(deadLetters.siteId, here), eq(deadLetters.id, id))),
  ]);
  const letter = rows[0];
  if (letter === undefined) throw new DomainError('request.malformed', { detail: 'There is no such letter.' });
  if (letter.replayedAt !== null) return { outcome: 'repeated' };
  const message = parseMessage(letter.body);
  // Otherwise the wish to replay a letter could itself be a letter, and replay itself without end.
  if (message.kind === 'work' && message.noun === 'dead_letter') {
    throw new DomainError('request.malformed', { detail: 'This letter is the wish to replay another.' });
  }
  const outcome = await take(message);
  await transact(ports.database, { site }, (db) => [
    db
      .update(deadLetters)
      .set({ replayedAt: databaseNow })
      .where(and(eq(deadLetters.siteId, here), eq(deadLetters.id, id), isNull(deadLetters.replayedAt))),
  ]);
  return outcome;
}
