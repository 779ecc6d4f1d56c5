import { randomUUID } from 'node:crypto';
import type { ApiProblem } from '../../../dev/client/visitor.ts';
import { deliver, nudge } from '../../harness/consumer.ts';
import { atProvider, steer } from '../../harness/provider.ts';
import { withSite } from '../../harness/database.ts';
import { afterLoss, refund } from '../follow.ts';
import {
  commissionsMinor,
  isChargedBack,
  isFrozen,
  openDisputes,
  refundableMinor,
  reversibleMinor,
  type ModelDispute,
  type ModelOrder,
  type ModelPayment,
} from '../sale.ts';
import type { Kind } from '../step.ts';
import type { World } from '../world.ts';
import { expectAnswer } from './answer.ts';
import { paymentsOf, type Paid } from './payment.ts';

const isMain = ({ state }: ModelPayment): boolean => state === 'applied' || state === 'review';

/** A third, a half, or all of it. */
function partOf(amountMinor: bigint, choice: number): bigint {
  const part = [amountMinor / 3n, amountMinor / 2n, amountMinor][choice % 3] ?? amountMinor;
  return part > 0n ? part : amountMinor;
}

const refundHere: Kind<Paid> = {
  name: 'refund',
  weight: 2,
  targets: (sale) => paymentsOf(sale, isMain),
  async run(_, world, { order, payment }, choice) {
    const left = reversibleMinor(order, payment);
    const amountMinor = partOf(left, choice);
    const wish = { reason: 'wish', ...(choice % 3 === 2 || left === 0n ? {} : { amount_minor: String(amountMinor) }) };
    const send = () => askOperator(world, `orders/${order.id}/refunds`, wish, key);
    const key = randomUUID();
    const answer = await send();
    if (left === 0n) {
      expectAnswer(answer, 400, 'refund.exceeds');
      return;
    }
    expectAnswer(answer, 201);
    // A page that got no answer asks again under its key.
    if (choice % 4 === 0) expectAnswer(await send(), 200);
    refund(order, payment, amountMinor);
  },
};

const refundTooMuch: Kind<Paid> = {
  name: 'refund too much',
  targets: (sale) => paymentsOf(sale, isMain),
  async run(_, world, { order, payment }) {
    const wish = { reason: 'wish', amount_minor: String(reversibleMinor(order, payment) + 1n) };
    expectAnswer(await askOperator(world, `orders/${order.id}/refunds`, wish), 400, 'refund.exceeds');
  },
};

function askOperator(world: World, path: string, body: object, key: string = randomUUID()) {
  return world.lane.operator.visitor.post<ApiProblem>(`/admin/${world.site.code}/${path}`, body, {
    'idempotency-key': key,
  });
}

const refundThere: Kind<Paid> = {
  name: 'refund at the provider',
  weight: 3,
  targets: (sale) => paymentsOf(sale, (payment, order) => isHeard(payment) && refundableMinor(order, payment) > 0n),
  async run(_, __, { order, payment }, choice) {
    const amountMinor = partOf(refundableMinor(order, payment), choice);
    await atProvider('/v1/refunds', { payment_intent: payment.intent, amount: String(amountMinor) });
    payment.refunds.push({ amountMinor, state: 'succeeded' });
    afterLoss(order, payment);
  },
};

const isHeard = ({ state }: ModelPayment): boolean => state !== 'open' && state !== 'canceled';

const failRefund: Kind<Paid> = {
  name: 'have a refund come back',
  weight: 3,
  targets: (sale) => paymentsOf(sale, ({ refunds }) => refunds.some(({ state }) => state === 'succeeded')),
  async run(_, world, { payment }, choice) {
    const given = payment.refunds.filter(({ state }) => state === 'succeeded');
    const chosen = given[choice % given.length];
    if (chosen === undefined) throw new TypeError('a payment with a refund was chosen');
    const { rows } = await world.lane.superuser.query<{ provider_id: string }>(
      `select r.provider_id from refunds r join payments p on p.site_id = r.site_id and p.id = r.payment_id
       where p.site_id = $1 and p.intent_id = $2 and r.state = 'succeeded' and r.amount_minor = $3 limit 1`,
      [world.site.siteId, payment.intent, chosen.amountMinor],
    );
    await steer('/refund', { refund: rows[0]?.provider_id, outcome: 'fail' });
    chosen.state = 'failed';
  },
};

const dispute: Kind<Paid> = {
  name: 'dispute',
  weight: 3,
  targets: (sale) =>
    paymentsOf(
      sale,
      (payment, order) =>
        isMain(payment) &&
        !isChargedBack(payment) &&
        openDisputes(payment).length === 0 &&
        refundableMinor(order, payment) > 0n,
    ),
  async run(_, __, { order, payment }, choice) {
    const amountMinor = partOf(refundableMinor(order, payment), choice);
    const status = choice % 4 === 0 ? 'warning_needs_response' : 'needs_response';
    const { id } = await steer<{ id: string }>('/dispute', {
      payment_intent: payment.intent,
      amount: Number(amountMinor),
      status,
    });
    payment.disputes.push({ id, amountMinor, status, lostMinor: 0n });
  },
};

interface Disputed extends Paid {
  readonly dispute: ModelDispute;
}

/** Where a dispute may go from where it is. */
const MOVES: Record<string, readonly string[]> = {
  warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response'],
  warning_under_review: ['warning_closed', 'needs_response'],
  needs_response: ['under_review', 'won', 'lost'],
  under_review: ['won', 'lost'],
};

const moveDispute: Kind<Disputed> = {
  name: 'move the dispute',
  weight: 8,
  targets: (sale) =>
    paymentsOf(sale, (payment) => openDisputes(payment).length > 0).flatMap((paid) =>
      openDisputes(paid.payment).map((open) => ({ ...paid, dispute: open })),
    ),
  async run(_, __, { order, payment, dispute: moved }, choice) {
    // A bank that only asked takes nothing that was given back meanwhile.
    const may = (MOVES[moved.status] ?? []).filter(
      (to) => to !== 'needs_response' || refundableMinor(order, payment) >= moved.amountMinor,
    );
    const status = may[choice % may.length];
    if (status === undefined) throw new TypeError('an open dispute can move');
    await steer('/dispute_status', { dispute: moved.id, status });
    moved.status = status;
    if (status === 'lost') moved.lostMinor = moved.amountMinor;
    afterLoss(order, payment);
  },
};

const warn: Kind<Paid> = {
  name: 'warn of fraud',
  targets: (sale) => paymentsOf(sale, isMain),
  async run(sale, _, { order, payment }) {
    await steer('/early_fraud_warning', { payment_intent: payment.intent });
    sale.warnings += 1;
    order.isWarned = true;
  },
};

const clearWarning: Kind<ModelOrder> = {
  name: 'clear the warning',
  weight: 3,
  targets: ({ orders }) => orders.filter(({ isWarned }) => isWarned),
  async run(_, { site }, order) {
    await withSite('operator', site.siteId, (client) =>
      client.query('update orders set warning_cleared_at = app.now() where id = $1', [order.id]),
    );
    await nudge(site, 'order', order.id);
    order.isWarned = false;
  },
};

/** Commissions are held for no time at all, and are available once the sweep has come by. */
const endHolds: Kind<ModelOrder> = {
  name: 'make commissions ready',
  weight: 2,
  targets: ({ orders }) => orders.filter(({ isGranted, chain }) => isGranted && chain.length > 0),
  async run(sale, { site }) {
    await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'commissions.ready' });
    for (const order of sale.orders) {
      if (order.status !== 'paid' || isFrozen(order)) continue;
      for (const [index, left] of commissionsMinor(order).entries()) {
        if (left > 0n && !order.ready.includes(index + 1)) order.ready.push(index + 1);
      }
      order.ready.sort();
    }
  },
};

export const moneySteps = {
  ...{ refundHere, refundTooMuch, refundThere, failRefund, dispute, moveDispute, warn, clearWarning, endHolds },
};
