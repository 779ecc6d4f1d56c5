import { DomainError } from '../../domain/error.ts';
import type { FireblocksMessage } from '../../domain/message.ts';
import { FOREIGN_TYPE, ignoreEvent, NO_SITE } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import type { Outcome } from '../outcome.ts';
import { applyTransaction } from '../payout/update.ts';
import type { Ports } from '../ports.ts';
import { readTransaction } from './transaction.ts';
import type { CustodyTransaction } from './transaction.ts';

/** The events that carry a whole transaction; the provider has others, about parts of one. */
const TRANSACTION_EVENTS: ReadonlySet<string> = new Set([
  'transaction.created',
  'transaction.status.updated',
  'transaction.approval_status.updated',
]);

/**
 * Takes an event of the custody provider, whose signature the API has verified. The external transaction id names the
 * site; what carries none of ours is nobody's.
 *
 * @throws DomainError `request.malformed` for a transaction event without a transaction, `custody.unavailable`.
 */
export async function receiveCustodyEvent(ports: Ports, message: FireblocksMessage): Promise<Outcome> {
  const { event } = message;
  const type = message.full === false ? message.event.type : message.event.eventType;
  const inbox: InboxEvent = { provider: 'fireblocks', eventId: event.id, type, payload: event };
  if (!TRANSACTION_EVENTS.has(type)) return ignoreEvent(ports, NO_SITE, inbox, FOREIGN_TYPE);
  return applyTransaction(ports, await transactionOf(ports, message), inbox);
}

async function transactionOf(ports: Ports, message: FireblocksMessage): Promise<CustodyTransaction> {
  if (message.full !== false) return readTransaction(message.event['data']);
  const found = await ports.custody.findById(message.event.object);
  // The event proves that it exists, so a reading that does not see it yet is only early.
  if (found === null) throw new DomainError('custody.unavailable');
  return found;
}
