import { confirmPayment } from '../../../dev/client/pay.ts';
import type { ApiProblem } from '../../../dev/client/visitor.ts';
import type { Payment } from '../../../worker/order/shape.ts';
import { atProvider, steer } from '../../harness/provider.ts';
import { useStack } from '../../harness/stack.ts';
import { capture } from '../follow.ts';
import { newPayment, type ModelOrder, type ModelPayment, type Sale } from '../sale.ts';
import type { Kind } from '../step.ts';
import { expectAnswer } from './answer.ts';

export interface Paid {
  readonly order: ModelOrder;
  readonly payment: ModelPayment;
}

/** Payments of the sale that a test picks from. */
export const paymentsOf = ({ orders }: Sale, fits: (payment: ModelPayment, order: ModelOrder) => boolean): Paid[] =>
  orders.flatMap((order) =>
    order.payments.filter((payment) => fits(payment, order)).map((payment) => ({ order, payment })),
  );

const begin: Kind<ModelOrder> = {
  name: 'begin to pay',
  targets: ({ orders }) => orders,
  async run(_, world, order) {
    const answer = await world.buyer(order.buyer).visitor.post<Payment & ApiProblem>(`/orders/${order.id}/payment`);
    if (order.status !== 'pending') {
      expectAnswer(answer, 409, 'order.state');
      return;
    }
    if (order.isOver) {
      expectAnswer(answer, 409, 'order.expired');
      return;
    }
    expectAnswer(answer, 200);
    const [intent = ''] = answer.body.client_secret.split('_secret_');
    const [known] = order.payments;
    if (known === undefined)
      order.payments.push(
        newPayment(order, { intent, page: answer.body, at: 'requires_payment_method', state: 'open' }),
      );
    else if (known.intent !== intent) throw new Error('the order has a second PaymentIntent');
  },
};

/** Orders that can be paid on their page, and those for which that has not begun. */
const payable = (sale: Sale): { order: ModelOrder; payment: ModelPayment | null }[] => [
  ...paymentsOf(sale, ({ at, page }) => at === 'requires_payment_method' && page !== null),
  ...sale.orders
    .filter(({ status, payments }) => status === 'pending' && payments.length === 0)
    .map((order) => ({ order, payment: null })),
];

/** Confirms on the page with a card, after having begun where that has not happened. */
const confirming = (
  name: string,
  weight: number,
  card: string,
  follow: (sale: Sale, order: ModelOrder, payment: ModelPayment) => void,
): Kind<{ order: ModelOrder; payment: ModelPayment | null }> => ({
  name,
  weight,
  targets: payable,
  async run(sale, world, { order, payment }) {
    if (payment === null) await begin.run(sale, world, order, 0);
    const chosen = payment ?? order.payments[0];
    if (chosen?.page == null) throw new TypeError('it was begun just now');
    await confirmPayment(useStack().stripe.url, chosen.page, card);
    follow(sale, order, chosen);
  },
});

const pay = confirming('pay', 6, 'pm_card_visa', capture);
const decline = confirming('be declined', 1, 'pm_card_chargeDeclined', () => undefined);
const authenticate = confirming('be asked for 3-D Secure', 2, 'pm_card_threeDSecure2Required', (_, __, payment) => {
  payment.at = 'requires_action';
});
const process = confirming('wait for the bank', 1, 'pm_card_processing', (_, __, payment) => {
  payment.at = 'processing';
});

/** The provider has the money, and no word of it comes through. */
const payUnheard: Kind<Paid> = {
  name: 'pay unheard',
  weight: 3,
  targets: (sale) => paymentsOf(sale, ({ at, page }) => at === 'requires_payment_method' && page !== null),
  async run(_, __, { payment }) {
    await steer('/mute', { id: payment.intent });
    if (payment.page !== null) await confirmPayment(useStack().stripe.url, payment.page);
    await steer('/mute', { id: payment.intent, muted: false });
    payment.at = 'succeeded';
    payment.unheard = await eventAbout(payment.intent);
  },
};

const hearLate: Kind<Paid> = {
  name: 'hear of it late',
  weight: 6,
  targets: (sale) => paymentsOf(sale, ({ at, state }) => at === 'succeeded' && state === 'open'),
  async run(sale, _, { order, payment }) {
    await steer('/redeliver', { event_id: payment.unheard });
    capture(sale, order, payment);
  },
};

/** The event that tells of a PaymentIntent's success. */
async function eventAbout(intent: string): Promise<string> {
  const type = 'payment_intent.succeeded';
  const { data } = await atProvider<{ data: { id: string; data: { object: { id: string } } }[] }>(
    `/v1/events?type=${type}&limit=100`,
  );
  const found = data.find(({ data: { object } }) => object.id === intent);
  if (found === undefined) throw new Error(`the provider has no event about ${intent}`);
  return found.id;
}

const ends = (
  name: string,
  at: ModelPayment['at'],
  end: (intent: string, isGood: boolean) => Promise<unknown>,
): Kind<Paid> => ({
  name,
  weight: 6,
  targets: (sale) => paymentsOf(sale, (payment) => payment.at === at),
  async run(sale, _, { order, payment }, choice) {
    const isGood = choice % 3 !== 0;
    await end(payment.intent, isGood);
    if (isGood) capture(sale, order, payment);
    else payment.at = 'requires_payment_method';
  },
});

const endAuthentication = ends('end 3-D Secure', 'requires_action', (intent, isGood) =>
  steer('/three_d_secure', { payment_intent: intent, outcome: isGood ? 'complete' : 'fail' }),
);
const endProcessing = ends('hear from the bank', 'processing', (intent, isGood) =>
  steer('/processing', { payment_intent: intent, outcome: isGood ? 'succeed' : 'fail' }),
);

/** Somebody at the provider makes another PaymentIntent for the order and has it paid. */
const beside = (name: string, weight: number, fits: (order: ModelOrder) => boolean): Kind<ModelOrder> => ({
  name,
  weight,
  targets: ({ orders }) => orders.filter(fits),
  async run(sale, world, order, choice) {
    const isWrong = choice % 4 === 0;
    const { id } = await steer<{ id: string }>('/forge', {
      amount: Number(order.amountMinor + (isWrong ? 1n : 0n)),
      currency: world.site.currency.toLowerCase(),
      metadata: { site: world.site.code, order: order.id },
    });
    if (isWrong) return void (sale.parked += 1);
    const payment = newPayment(order, { intent: id, page: null, at: 'succeeded', state: 'open' });
    order.payments.push(payment);
    capture(sale, order, payment);
  },
});

const payBeside = beside('pay beside', 1, () => true);
const payLate = beside('pay late', 4, ({ status }) => status === 'expired' || status === 'cancelled');

export const paymentSteps = {
  ...{
    begin,
    pay,
    decline,
    authenticate,
    process,
    payUnheard,
    hearLate,
    endAuthentication,
    endProcessing,
    payBeside,
    payLate,
  },
};
