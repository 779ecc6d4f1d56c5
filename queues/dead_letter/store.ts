import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { parseExternalTxId } from '../../domain/payout/transaction.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { deadLetters } from '../../drizzle/schema/index.ts';
import { databaseNow, here } from '../here.ts';
import { jsonb } from '../json.ts';
import { errorFacts, logLine } from '../log.ts';
import { sitesOfIntents } from '../payment/whose.ts';
import type { Ports } from '../ports.ts';

/** A message as the queue delivered it for the last time. */
export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly body: unknown;
  readonly attempts: number;
}

/** The queue's own ids are 32 hexadecimal digits, which Postgres reads as a UUID. */
const UUID_LIKE = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/**
 * Stores a dead letter, once however often it is delivered, with its site where that can be told: the message names it, or
 * its event does, in the metadata that only our key writes on the platform's own account, in the payout's external id, or
 * by a PaymentIntent that is recorded. What is left is nobody's.
 */
export async function storeDeadLetter(ports: Ports, letter: DeadLetter): Promise<void> {
  const entry = await entryOf(ports, letter.body);
  try {
    await store(ports, letter, entry);
  } catch (error) {
    // A message may name a site that never was; it is kept all the same, as nobody's.
    if (!(error instanceof DomainError) || error.code !== 'webhook.unmapped') throw error;
    await store(ports, letter, {});
  }
}

async function store(ports: Ports, { queue, id, body, attempts }: DeadLetter, entry: Entry): Promise<void> {
  await transact(ports.database, entry, (db) => [
    db
      .insert(deadLetters)
      .values({
        queue,
        id: UUID_LIKE.test(id) ? id : ports.newId(),
        siteId: here,
        body: jsonb(body),
        attempts,
        at: databaseNow,
      })
      .onConflictDoNothing(),
  ]);
}

async function entryOf(ports: Ports, body: unknown): Promise<Entry> {
  const { site, account } = named.parse(body);
  if (site !== undefined) return { site };
  if (account !== undefined) return { account: { provider: 'stripe', account } };
  const about = event.parse(body);
  const code = about.site ?? parseExternalTxId(about.externalTxId ?? '')?.siteCode;
  if (code !== undefined) return { site: code };
  const found = about.intentId === undefined ? undefined : await siteOfIntent(ports, about.intentId);
  return found === undefined ? {} : { site: found };
}

/** A letter is kept whatever goes wrong here; only a database that is away has it come again. */
async function siteOfIntent(ports: Ports, intentId: string): Promise<string | undefined> {
  try {
    return (await sitesOfIntents(ports, [intentId])).get(intentId);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'database.unavailable') throw error;
    logLine({ dead_letter: 'unplaced', ...errorFacts(error) });
    return undefined;
  }
}

const text = z.string().regex(/^[\w.-]{1,255}$/);
const word = text.optional().catch(undefined);

/** What names a site by itself, whatever else the body is. */
const named = z.object({ site: word, account: word }).catch({ site: undefined, account: undefined });

const object = z
  .object({
    id: word,
    metadata: z.object({ site: word }).optional().catch(undefined),
    payment_intent: z
      .union([text, z.object({ id: text }).transform(({ id }) => id)])
      .optional()
      .catch(undefined),
  })
  .optional()
  .catch(undefined);

/** What an event of the platform's own account, or of custody, says of whose it is: a site, or something of one. */
const event = z
  .object({
    event: z.object({
      /** Of an event that was cut: the id of its object. */
      object: word,
      data: z.object({ object, externalTxId: word }).optional().catch(undefined),
    }),
  })
  .transform(({ event: { object: id, data } }) => ({
    site: data?.object?.metadata?.site,
    externalTxId: data?.externalTxId,
    intentId: [data?.object?.payment_intent, data?.object?.id, id].find((each) => each?.startsWith('pi_') === true),
  }))
  .catch({ site: undefined, externalTxId: undefined, intentId: undefined });
