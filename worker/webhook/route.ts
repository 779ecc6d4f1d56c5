import type { Context } from 'hono';
import type { Queue } from '@cloudflare/workers-types';
import { DomainError } from '../../domain/error.ts';
import type { Message } from '../../domain/message.ts';
import type { App } from '../env.ts';
import { router } from '../http/router.ts';
import { readFireblocksWebhook } from './fireblocks.ts';
import { readStripeWebhook } from './stripe.ts';

/** Where providers tell us of events: `/webhooks`, on the platform host. Verify, queue, answer; no database. */
export const webhook = router();

webhook.post('/stripe', async (c) => {
  const message = await readStripeWebhook(c.env, await c.req.text(), c.req.header('stripe-signature'));
  return accept(c, c.env.PAYMENTS, message);
});

webhook.post('/fireblocks', async (c) => {
  const message = await readFireblocksWebhook(c.env, await c.req.text(), c.req.header('fireblocks-webhook-signature'));
  return accept(c, c.env.CUSTODY, message);
});

/** Answers 200 only when the queue has the event: until then the provider must send it again. Null is none of ours. */
async function accept(c: Context<App>, queue: Queue<Message>, message: Message | null): Promise<Response> {
  try {
    if (message !== null) await queue.send(message);
  } catch (error) {
    throw new DomainError('webhook.unavailable', { cause: error });
  }
  return c.json({ received: true }, 200);
}
