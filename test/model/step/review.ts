import { randomUUID } from 'node:crypto';
import type { ApiProblem } from '../../../dev/client/visitor.ts';
import { ask } from '../../../dev/client/http.ts';
import { waitFor } from '../../../dev/client/wait.ts';
import { deliver } from '../../harness/consumer.ts';
import { steer } from '../../harness/provider.ts';
import { useStack } from '../../harness/stack.ts';
import { resolve } from '../follow.ts';
import { isSold, mainPayment, type ModelOrder } from '../sale.ts';
import type { Kind } from '../step.ts';
import { expectAnswer } from './answer.ts';
import { paymentsOf, type Paid } from './payment.ts';

const decide = (decision: 'accept' | 'return'): Kind<ModelOrder> => ({
  name: `${decision} what is under review`,
  weight: 8,
  targets: ({ orders }) => orders.filter(({ status }) => status === 'review'),
  async run(sale, world, order) {
    const path = `/admin/${world.site.code}/orders/${order.id}/review`;
    const body = { decision, reason: 'as agreed' };
    const asked = new Date().toISOString();
    expectAnswer(
      await world.lane.operator.visitor.post<ApiProblem>(path, body, { 'idempotency-key': randomUUID() }),
      200,
    );
    order.wish = decision;
    const payment = mainPayment(order);
    if (payment !== null) resolve(sale, order, payment);
    // Carried out or not, nothing shows that the consumer has looked: later it may find more units than the model says.
    if (order.status === 'review') await isHeard(order.id, asked);
  },
});

/** Until the consumer tells that it has looked at an order's review. */
function isHeard(orderId: string, since: string): Promise<true> {
  return waitFor('the consumer to look at the review', async () => {
    const { text } = await ask(`${useStack().control}/logs`);
    const lines = JSON.parse(text) as { at: string; message: string }[];
    const isOf = ({ at, message }: (typeof lines)[number]) =>
      at >= since &&
      ['"name":"review"', orderId].every((part) => message.includes(part)) &&
      !message.includes('"retry"');
    return lines.some(isOf) ? true : undefined;
  });
}

const restock: Kind<ModelOrder> = {
  name: 'restock what is refunded',
  weight: 4,
  targets: ({ orders }) => orders.filter((order) => order.status === 'refunded' && isSold(order)),
  async run(_, { site, lane: { operator } }, order) {
    const path = `/admin/${site.code}/orders/${order.id}/restock`;
    expectAnswer(await operator.visitor.post<ApiProblem>(path, { reason: 'sold again' }), 200);
    order.isRestocked = true;
  },
};

/** The sweeps that find what a message should have started come by; mostly there is nothing left for them. */
const sweep: Kind<null> = {
  name: 'sweep',
  targets: () => [null],
  async run(sale, { site }) {
    for (const name of ['orders.expire', 'refunds.submit', 'reviews.resolve']) {
      await deliver({ v: 1, kind: 'sweep', site: site.code, name });
    }
    for (const order of sale.orders) {
      const payment = mainPayment(order);
      if (order.status === 'review' && payment !== null) resolve(sale, order, payment);
    }
  },
};

/** All that was ever said of a payment comes once more, the newest first. */
const hearAgain: Kind<Paid> = {
  name: 'hear it all again',
  targets: (sale) => paymentsOf(sale, ({ intent, unheard }) => intent !== '' && unheard === undefined),
  async run(_, { lane, site }, { payment }) {
    const { rows } = await lane.superuser.query<{ event_id: string }>(
      `select event_id from webhook_events where site_id = $1 and payload::text like '%' || $2 || '%'
       order by received_at desc`,
      [site.siteId, payment.intent],
    );
    for (const { event_id } of rows) await steer('/redeliver', { event_id });
  },
};

export const reviewSteps = { accept: decide('accept'), giveBack: decide('return'), restock, sweep, hearAgain };
