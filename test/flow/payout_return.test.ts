import { expect, it } from 'vitest';
import { chainBalance } from '../../dev/client/chain.ts';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminRelease, ApproveResult } from '../../worker/admin/shape.ts';
import { buy, newBuyer, type Buyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { intentOf, requestRefund, steer, steerTransfers } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Standing {
  release: string;
  payouts: string[];
  owed: string;
  in_flight: string;
  debt: string;
}

/** How the first release of an order stands, and its buyer's ledger. */
async function standing(orderId: string): Promise<Standing> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Standing>(
      `select r.state as release,
        (select coalesce(array_agg(p.state order by p.attempt), '{}') from payouts p where p.release_id = r.id) as payouts,
        ${['buyer_owed', 'in_flight', 'buyer_debt'].map(balance).join(', ')}
       from releases r where r.order_id = $1 and r.sequence = (select min(sequence) from releases where order_id = $1)`,
      [orderId],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the order has no release');
  return row;
}

const balance = (kind: string) =>
  `(select coalesce(sum(l.balance), 0)::text from ledger_accounts l
    where l.site_id = r.site_id and l.owner_id = r.user_id and l.kind = '${kind}') as ${kind.replace('buyer_', '')}`;

function until(orderId: string, what: string, isThere: (now: Standing) => boolean): Promise<Standing> {
  return waitFor(what, async () => {
    const now = await standing(orderId);
    return isThere(now) ? now : undefined;
  });
}

async function approve(site: MintedSite, orderId: string): Promise<{ id: string; amountBase: bigint }> {
  const operator = await newOperator();
  const states = await Promise.all(
    ['due', 'failed'].map((state) =>
      operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases?state=${state}`),
    ),
  );
  const release = states.flatMap(({ body }) => body.items).find((item) => item.order_id === orderId);
  if (release === undefined) throw new Error('nothing of the order is to be approved');
  const { body } = await operator.post<ApproveResult>(`/admin/${site.code}/releases/approve`, {
    release_ids: [release.id],
  });
  expect(body.results).toMatchObject([{ approved: true }]);
  return { id: release.id, amountBase: BigInt(release.amount_base) };
}

async function bought(site: MintedSite, buyer: Buyer) {
  const { id, amount_minor } = await buy(buyer, site, { quantity: 1 });
  return { id, amount: BigInt(amount_minor) };
}

/** An order whose first release is being sent, while custody cannot be reached. */
async function unreached() {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const order = await bought(site, buyer);
  await steerTransfers(buyer.address, 'away');
  const { id } = await approve(site, order.id);
  await until(order.id, 'the payout that is begun', ({ payouts }) => payouts.length === 1);
  return { site, buyer, order, id };
}

async function refund(site: MintedSite, order: { id: string; amount: bigint }): Promise<void> {
  await nudge(site, 'refund', await requestRefund(site, order.id, order.amount));
  await waitFor('the refund', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query("select from orders where id = $1 and status = 'refunded'", [order.id]),
    );
    return rows.length === 1 ? true : undefined;
  });
}

/** The sweep ends the release with nothing owed in either direction. */
async function isSettled(orderId: string): Promise<void> {
  await ask(`${useStack().control}/cron?name=releases.submit`, { method: 'POST' });
  const end = await until(orderId, 'the debt to be settled', ({ release }) => release === 'reversed');
  expect(end).toMatchObject({ payouts: ['failed'], owed: '0', in_flight: '0', debt: '0' });
  await expectChecks();
}

const balanceOf = (site: MintedSite, buyer: Buyer) => chainBalance(useStack().chain.rpc, site.token, buyer.address);

it('settles the debt of a refund with the payout that comes back, so that the next order is paid out whole', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const first = await bought(site, buyer);
  await steerTransfers(buyer.address, 'held');
  const { amountBase } = await approve(site, first.id);
  await until(first.id, 'the payout on its way', ({ release }) => release === 'submitted');
  await refund(site, first);
  expect(await standing(first.id)).toMatchObject({ owed: '0', debt: String(-amountBase) });

  await steerTransfers(buyer.address, 'rejected');
  await until(first.id, 'the payout to come back', ({ release }) => release === 'failed');
  await isSettled(first.id);

  await steerTransfers(buyer.address, 'normal');
  const second = await bought(site, buyer);
  const paid = await approve(site, second.id);
  await until(second.id, 'the second payout', ({ release }) => release === 'confirmed');
  expect(await balanceOf(site, buyer)).toBe(paid.amountBase);
  await expectChecks();
});

it('settles the debt although the payout came back before the last part of the refund', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const order = await bought(site, buyer);
  await steerTransfers(buyer.address, 'held');
  await approve(site, order.id);
  await until(order.id, 'the payout on its way', ({ release }) => release === 'submitted');
  // More than all later releases come to, so that some of it is of what is on its way.
  const most = (order.amount * 9n) / 10n;
  await nudge(site, 'refund', await requestRefund(site, order.id, most));
  await until(order.id, 'the debt', ({ debt }) => debt !== '0');
  await steerTransfers(buyer.address, 'rejected');
  await until(order.id, 'the payout to come back', ({ release }) => release === 'failed');
  await refund(site, { id: order.id, amount: order.amount - most });
  expect(await standing(order.id)).toMatchObject({ release: 'failed' });
  await isSettled(order.id);
});

it('sends what comes back when another order has paid the debt meanwhile', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const [first, second] = [await bought(site, buyer), await bought(site, buyer)];
  await steerTransfers(buyer.address, 'held');
  const { amountBase } = await approve(site, first.id);
  await until(first.id, 'the payout on its way', ({ release }) => release === 'submitted');
  await refund(site, first);
  await approve(site, second.id);
  await until(second.id, 'the netting', ({ release }) => release === 'reversed');

  await steerTransfers(buyer.address, 'rejected');
  await until(first.id, 'the payout to come back', ({ release }) => release === 'failed');
  await steerTransfers(buyer.address, 'away');
  const again = await approve(site, first.id);
  await until(first.id, 'the second attempt to begin', ({ payouts }) => payouts.length === 2);
  await steerTransfers(buyer.address, 'normal');
  await nudge(site, 'release', again.id);
  await until(first.id, 'the second attempt', ({ release }) => release === 'confirmed');
  expect(await balanceOf(site, buyer)).toBe(amountBase);
  await expectChecks();
});

it('does not send a payout that never reached custody while its order is frozen, and does so afterwards', async () => {
  const { site, buyer, order, id } = await unreached();
  const dispute = await steer<{ id: string }>('/dispute', {
    payment_intent: await intentOf(order.id),
    status: 'warning_needs_response',
  });
  await isFrozen(order.id, true);
  await steerTransfers(buyer.address, 'normal');
  await nudge(site, 'release', id);
  expect(await standing(order.id)).toMatchObject({ release: 'submitting', payouts: ['submitting'] });

  await steer('/dispute_status', { dispute: dispute.id, status: 'warning_closed' });
  await isFrozen(order.id, false);
  await nudge(site, 'release', id);
  await until(order.id, 'the payout', ({ release }) => release === 'confirmed');
  await expectChecks();
});

it('takes back a payout that never reached custody once its order is refunded and no call can be under way', async () => {
  const { site, buyer, order, id } = await unreached();
  await refund(site, order);
  await steerTransfers(buyer.address, 'normal');
  await nudge(site, 'release', id);
  expect(await standing(order.id)).toMatchObject({ release: 'submitting' });

  await withClient('superuser', (client) =>
    client.query("update payouts set checked_at = checked_at - interval '16 minutes' where release_id = $1", [id]),
  );
  await nudge(site, 'release', id);
  expect(await standing(order.id)).toMatchObject({ release: 'failed' });
  await isSettled(order.id);
  expect(await balanceOf(site, buyer)).toBe(0n);
});

function isFrozen(orderId: string, frozen: boolean): Promise<true> {
  return waitFor(frozen ? 'the freeze' : 'the freeze to end', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query('select from orders where id = $1 and frozen = $2', [orderId, frozen]),
    );
    return rows.length === 1 ? true : undefined;
  });
}
