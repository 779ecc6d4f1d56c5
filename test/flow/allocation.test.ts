import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { chainBalance } from '../../dev/client/chain.ts';
import { ask } from '../../dev/client/http.ts';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import type { ApproveResult } from '../../worker/admin/shape.ts';
import type { Allocation, AllocationDetail } from '../../worker/allocation/shape.ts';
import { bindWallet, buy, newBuyer, type Buyer } from '../harness/buyer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

async function bought(site: MintedSite) {
  const buyer = await newBuyer(site);
  const paid = await buy(buyer, site);
  const { allocation } = paid;
  const [release] = allocation?.releases ?? [];
  if (allocation === null || release === undefined) throw new TypeError('a paid order has an allocation');
  return { buyer, allocationId: allocation.id, release };
}

const redirect = ({ visitor }: Buyer, allocationId: string, walletId: string, key: string = randomUUID()) =>
  visitor.post<AllocationDetail & ApiProblem>(
    `/allocations/${allocationId}/wallet`,
    { wallet_id: walletId },
    { 'idempotency-key': key },
  );

async function approve(site: MintedSite, releaseId: string) {
  const operator = await newOperator();
  const { body } = await operator.post<ApproveResult>(`/admin/${site.code}/releases/approve`, {
    release_ids: [releaseId],
  });
  return body.results[0];
}

const payouts = async (site: MintedSite) => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ state: string; destination: string }>('select state, destination from payouts where site_id = $1', [
      site.siteId,
    ]),
  );
  return rows;
};

const cron = () => ask(`${useStack().control}/cron`, { method: 'POST' });

const paidOut = (site: MintedSite) =>
  waitFor('the payout', async () => {
    const rows = await payouts(site);
    return rows.length > 0 && rows.every(({ state }) => state === 'confirmed') ? rows : undefined;
  });

it('pays out to the new wallet once 24 hours have passed, and not before', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const { buyer, allocationId, release } = await bought(site);
  const second = await bindWallet(buyer);
  const changed = await redirect(buyer, allocationId, second.id);
  expect(changed).toMatchObject({ status: 200, body: { wallet_address: second.address } });
  expect(changed.body.wallet_changed_at).not.toBeNull();
  expect(await approve(site, release.id)).toMatchObject({ approved: false, code: 'release.wallet_wait' });
  const { rows: audits } = await withClient('superuser', (client) =>
    client.query("select actor_id, before, after from audit_log where site_id = $1 and action = 'allocation.wallet'", [
      site.siteId,
    ]),
  );
  expect(audits).toEqual([
    {
      actor_id: buyer.me.id,
      before: { wallet_address: buyer.address.toLowerCase() },
      after: { wallet_address: second.address.toLowerCase() },
    },
  ]);
  await shiftClock(stack.database.owner, 1.01);
  try {
    expect(await approve(site, release.id)).toMatchObject({ approved: true });
    expect(await paidOut(site)).toMatchObject([{ destination: second.address.toLowerCase() }]);
  } finally {
    await shiftClock(stack.database.owner, null);
  }
  expect(await chainBalance(stack.chain.rpc, site.token, second.address)).toBe(BigInt(release.amount_base));
  expect(await chainBalance(stack.chain.rpc, site.token, buyer.address)).toBe(0n);
  const { body } = await buyer.visitor.get<AllocationDetail>(`/allocations/${allocationId}`);
  expect(body.releases[0]).toMatchObject({
    state: 'confirmed',
    tx_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
  });
  await expectChecks();
});

it('holds back a release that was approved before the wallet changed', async () => {
  const stack = useStack();
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const { buyer, allocationId, release } = await bought(site);
  const second = await bindWallet(buyer);
  expect((await redirect(buyer, allocationId, second.id)).status).toBe(200);
  // As if the operator had been a moment earlier than the buyer, and the nudge had been lost.
  await withSite('operator', site.siteId, (client) =>
    client.query(
      "update releases set state = 'approved', approved_at = app.now(), version = version + 1 where id = $1",
      [release.id],
    ),
  );
  await cron();
  // The sweep has run when a release of another site, due for it too, has been paid.
  const witness = await mintSite({ settings: { riskWindowDays: 0 } });
  const other = await bought(witness);
  await approve(witness, other.release.id);
  await cron();
  await paidOut(witness);
  expect(await payouts(site)).toEqual([]);
  await shiftClock(stack.database.owner, 1.01);
  try {
    await cron();
    expect(await paidOut(site)).toMatchObject([{ destination: second.address.toLowerCase() }]);
  } finally {
    await shiftClock(stack.database.owner, null);
  }
});

it('moves a payout by its own command alone: choosing and unbinding wallets leave the address as it was ordered', async () => {
  const site = await mintSite();
  const { buyer, allocationId } = await bought(site);
  const second = await bindWallet(buyer);
  await buyer.visitor.post(`/wallets/${second.id}/primary`);
  await buyer.visitor.send('DELETE', `/wallets/${buyer.walletId}`, undefined, { origin: buyer.visitor.origin });
  const { body } = await buyer.visitor.get<{ items: Allocation[] }>('/allocations');
  expect(body.items).toMatchObject([{ id: allocationId, wallet_address: buyer.address, wallet_changed_at: null }]);
});

it('redirects to bound wallets of one’s own, with a fresh sign-in and a key, and once', async () => {
  const site = await mintSite();
  const { buyer, allocationId } = await bought(site);
  const stranger = await newBuyer(site);
  const second = await bindWallet(buyer);
  const key = randomUUID();
  expect(await redirect(buyer, allocationId, stranger.walletId)).toMatchObject({
    body: { code: 'user.wallet_unknown' },
  });
  expect(await redirect(stranger, allocationId, stranger.walletId)).toMatchObject({
    status: 404,
    body: { code: 'allocation.unknown' },
  });
  const bare = await buyer.visitor.post(`/allocations/${allocationId}/wallet`, { wallet_id: second.id });
  expect(bare).toMatchObject({ status: 400, body: { code: 'idempotency.required' } });

  expect((await redirect(buyer, allocationId, second.id, key)).status).toBe(200);
  expect((await redirect(buyer, allocationId, buyer.walletId)).body.wallet_address).toBe(buyer.address);
  // The first answer was lost, and its request comes again: what was done since stands.
  expect((await redirect(buyer, allocationId, second.id, key)).body.wallet_address).toBe(buyer.address);
  expect(await redirect(buyer, allocationId, buyer.walletId, key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency.mismatch' },
  });
  await withClient('superuser', (client) =>
    client.query("update sessions set created_at = created_at - interval '16 minutes' where user_id = $1", [
      buyer.me.id,
    ]),
  );
  expect(await redirect(buyer, allocationId, second.id)).toMatchObject({
    status: 403,
    body: { code: 'auth.fresh_required' },
  });
});
