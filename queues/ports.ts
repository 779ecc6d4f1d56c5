import { v7 } from 'uuid';
import type { Message } from '../domain/message.ts';
import { queueBatches } from '../domain/message_size.ts';
import { importDataKeys, newestDataKey } from '../domain/secret/key.ts';
import type { DataKeys } from '../domain/secret/key.ts';
import { connect } from '../drizzle/transaction.ts';
import type { Database } from '../drizzle/transaction.ts';
import { fireblocksCustody } from './custody/client.ts';
import type { CustodyProvider } from './custody/client.ts';
import type { Env } from './env.ts';
import { stripeEvents } from './stripe/event_list.ts';
import type { ListEvents } from './stripe/event_list.ts';
import { stripePayments } from './stripe/provider.ts';
import type { PaymentProvider } from './stripe/provider.ts';
import { stripeMovements } from './reconciliation/movement.ts';
import type { ListMovements } from './reconciliation/movement.ts';

export type QueueName = 'payments' | 'custody';

/** All that reaches out of the consumer. Handlers get nothing else, so a test can stand in for each. */
export interface Ports {
  /** As `posx_queue`. */
  readonly database: Database;
  /** As `posx_sweep`: which sites have due work, and nothing else. */
  readonly sweepDatabase: Database;
  readonly payments: PaymentProvider;
  /** What happened at the payment provider, whether a webhook told of it or not. */
  readonly paymentEvents: ListEvents;
  /** What moved on an account's balance at the payment provider. */
  readonly movements: ListMovements;
  readonly custody: CustodyProvider;
  readonly send: (queue: QueueName, messages: readonly Message[]) => Promise<void>;
  /** Makes a fresh UUIDv7. */
  readonly newId: () => string;
  /** The id of the key that seals now, 0 when there is none. */
  readonly newestDataKey: number;
  /** @throws TypeError when no key is set. */
  readonly dataKeys: () => Promise<DataKeys>;
}

/** Opens the ports of one invocation. No socket is held: a database connection is one HTTP request a transaction. */
export function openPorts(env: Env): Ports {
  const queues = { payments: env.PAYMENTS, custody: env.CUSTODY };
  const stripe = { secretKey: env.STRIPE_SECRET_KEY, apiUrl: env.STRIPE_API_URL };
  return {
    database: connect(env.DATABASE_URL_QUEUE, env.NEON_ENDPOINT),
    sweepDatabase: connect(env.DATABASE_URL_SWEEP, env.NEON_ENDPOINT),
    payments: stripePayments(stripe),
    paymentEvents: stripeEvents(stripe),
    movements: stripeMovements(stripe),
    custody: fireblocksCustody({
      apiKey: env.FIREBLOCKS_API_KEY,
      secretKey: env.FIREBLOCKS_SECRET_KEY,
      apiUrl: env.FIREBLOCKS_API_URL,
    }),
    send: async (queue, messages) => {
      for (const batch of queueBatches(messages)) await queues[queue].sendBatch(batch.map((body) => ({ body })));
    },
    newId: () => v7(),
    newestDataKey: newestDataKey(env),
    dataKeys: () => importDataKeys(env),
  };
}
