import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ApiProblem, ApiVisitor } from '../../dev/client/visitor.ts';
import type { AdminRefund } from '../../worker/admin/order/shape.ts';
import type { AdminOrderDetail } from '../../worker/admin/shape.ts';
import { buy, newBuyer, placeOrder } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { appointOperator, newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

interface Asked {
  readonly site: MintedSite;
  readonly id: string;
  readonly body: unknown;
  readonly key?: string;
}

const refund = (operator: ApiVisitor, { site, id, body, key = randomUUID() }: Asked) =>
  operator.post<AdminRefund & ApiProblem & { reversible_minor?: string }>(
    `/admin/${site.code}/orders/${id}/refunds`,
    body,
    { 'idempotency-key': key },
  );

async function auditOf(orderId: string): Promise<unknown[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ action: string; after: unknown }>(
      'select action, after from audit_log where subject_id = $1 order by at',
      [orderId],
    ),
  );
  return rows;
}

async function bought() {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site, { quantity: 2 });
  return { site, buyer, id: order.id, amountMinor: BigInt(order.amount_minor) };
}

it('asks for a refund once for one key, writes down who and why, and shows it with the order', async () => {
  const { site, id } = await bought();
  const operator = await newOperator();
  const asked = { site, id, key: randomUUID(), body: { amount_minor: '100', reason: 'asked by letter' } };
  const answers = await Promise.all([refund(operator, asked), refund(operator, asked)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await refund(operator, asked)).toMatchObject({ status: 200, body: { amount_minor: '100' } });
  expect(await auditOf(id)).toEqual([{ action: 'order.refund', after: asked.body }]);
  const { body } = await operator.get<AdminOrderDetail>(`/admin/${site.code}/orders/${id}`);
  expect(body.payments).toMatchObject([{ state: 'applied' }]);
  expect(body.refunds).toMatchObject([{ id: answers[0].body.id, amount_minor: '100', reason: 'asked by letter' }]);
  expect(body.disputes).toEqual([]);

  const other = { ...asked, body: { amount_minor: '200', reason: 'asked by letter' } };
  expect(await refund(operator, other)).toMatchObject({ status: 422, body: { code: 'idempotency.mismatch' } });
  const colleague = await appointOperator(site, 'manager');
  expect(await refund(colleague.visitor, asked)).toMatchObject({ body: { code: 'idempotency.mismatch' } });
  await expectChecks();
});

it('never asks for more than was paid, however many ask at once', async () => {
  const { site, id, amountMinor } = await bought();
  const operator = await newOperator();
  const half = (amountMinor / 2n + 1n).toString();
  const answers = await Promise.all(
    [1, 2, 3].map(() => refund(operator, { site, id, body: { amount_minor: half, reason: 'half' } })),
  );
  const codes = answers.map(({ status, body }) => (status === 201 ? '201' : body.code)).toSorted();
  expect(codes).toEqual(['201', 'refund.exceeds', 'refund.exceeds']);
  const rest = await refund(operator, { site, id, body: { reason: 'the rest' } });
  expect(rest).toMatchObject({ status: 201, body: { amount_minor: (amountMinor - BigInt(half)).toString() } });
  expect(await refund(operator, { site, id, body: { reason: 'more' } })).toMatchObject({
    status: 409,
    body: { code: 'refund.exceeds', reversible_minor: '0' },
  });
  await expectChecks();
});

it('refuses a refund without a key, a reason, a captured payment or the rank', async () => {
  const { site, buyer, id } = await bought();
  const operator = await newOperator();
  const path = `/admin/${site.code}/orders/${id}`;
  const body = { amount_minor: '100', reason: 'asked' };
  expect(await operator.post(`${path}/refunds`, body)).toMatchObject({ body: { code: 'idempotency.required' } });
  for (const wrong of [
    { amount_minor: '100' },
    { amount_minor: '0', reason: 'x' },
    { amount_minor: 100, reason: 'x' },
  ]) {
    expect((await refund(operator, { site, id, body: wrong })).body.code).toBe('request.malformed');
  }
  const support = await appointOperator(site, 'support');
  expect((await refund(support.visitor, { site, id, body })).body.code).toBe('auth.forbidden');
  expect((await support.visitor.post<ApiProblem>(`${path}/review`, { decision: 'return', reason: 'x' })).status).toBe(
    403,
  );
  const unpaid = await placeOrder(buyer, site);
  expect((await refund(operator, { site, id: unpaid.body.id, body })).body.code).toBe('payment.state');
  expect((await refund(operator, { site, id: randomUUID(), body })).body.code).toBe('order.unknown');
  const review = await operator.post<ApiProblem>(`${path}/review`, { decision: 'return', reason: 'x' });
  expect(review).toMatchObject({ status: 409, body: { code: 'order.state' } });
  expect(await auditOf(id)).toEqual([]);
});
