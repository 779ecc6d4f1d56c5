import { expect, it } from 'vitest';
import { chainBalance } from '../../dev/client/chain.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminRelease, ApproveResult } from '../../worker/admin/shape.ts';
import type { Commission } from '../../worker/agent/shape.ts';
import type { Balance } from '../../worker/me/shape.ts';
import { newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { expectChecks } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

it('carries a purchase from the referral link to the tokens on chain', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const [top, direct] = site.agents;
  const placed = await placeOrder(buyer, site, { quantity: 2, referralCode: direct.referralCode });
  expect(placed.status).toBe(201);
  expect(placed.body).toMatchObject({ status: 'pending', quantity: 2, referral: { applied: true } });
  await payOrder(buyer, placed.body.id);
  const paid = await paidOrder(buyer, placed.body.id);
  expect(paid.events.map(({ status }) => status)).toEqual(['pending', 'paid']);

  const allocated = BigInt(paid.allocation?.token_base ?? '0');
  const released = paid.allocation?.releases.map((release) => BigInt(release.amount_base)) ?? [];
  expect(allocated).toBe(BigInt(placed.body.token_base));
  expect(released.reduce((sum, each) => sum + each, 0n)).toBe(allocated);

  for (const [agent, level, basisPoints] of [
    [direct, 1, 1_200n],
    [top, 2, 400n],
  ] as const) {
    const visitor = new ApiVisitor(site.url);
    await visitor.signIn(agent.privateKey);
    const { body } = await visitor.get<{ items: Commission[] }>('/agents/commissions');
    const amount = (BigInt(paid.amount_minor) * basisPoints) / 10_000n;
    expect(body.items).toMatchObject([{ order_id: paid.id, level, amount_minor: amount.toString(), state: 'hold' }]);
  }

  const operator = await newOperator();
  const { body: due } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases`);
  expect(due.items).toMatchObject([{ order_id: paid.id, sequence: 0, amount_base: released[0]?.toString() }]);
  const ids = due.items.map(({ id }) => id);
  const { body: answer } = await operator.post<ApproveResult>(`/admin/${site.code}/releases/approve`, {
    release_ids: ids,
  });
  expect(answer.results).toMatchObject([{ approved: true }]);

  const balance = await waitFor('the delivery', async () => {
    const { body } = await buyer.visitor.get<Balance>('/me/balance');
    return body.deliveries.length > 0 ? body : undefined;
  });
  expect(balance).toMatchObject({
    delivered_base: released[0]?.toString(),
    purchased_base: allocated.toString(),
    due_base: '0',
  });
  expect(await chainBalance(stack.chain.rpc, site.token, buyer.address)).toBe(released[0]);
  await expectChecks();
});
