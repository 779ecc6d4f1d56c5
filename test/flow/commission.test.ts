import { beforeEach, expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { Commission } from '../../worker/agent/shape.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { deliver, nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { intentOf, requestRefund, steer } from '../harness/provider.ts';
import { mintSite, type MintedAgent, type MintedSite } from '../harness/site.ts';
import { untilStanding } from '../harness/standing.ts';
import { useStack } from '../harness/stack.ts';

let site: MintedSite;
/** Level 1 and level 2 of what is bought. */
let direct: MintedAgent;
let top: MintedAgent;

/** Level 1 is held for no time at all, level 2 for a week. */
beforeEach(async () => {
  site = await mintSite();
  [top, direct] = site.agents;
  await withSite('owner', site.siteId, (client) =>
    client.query('update commission_levels set hold_days = case level when 1 then 0 else 7 end'),
  );
});

async function bought() {
  const order = await buy(await newBuyer(site), site, { quantity: 3, referralCode: direct.referralCode });
  const paid = BigInt(order.amount_minor);
  return { id: order.id, paid, levels: [(paid * 1_200n) / 10_000n, (paid * 400n) / 10_000n] as const };
}

const sweep = () => deliver({ v: 1, kind: 'sweep', site: site.code, name: 'commissions.ready' });

/** What an agent's accounts hold, in minor units. */
async function balances({ id }: MintedAgent): Promise<{ held: bigint; available: bigint }> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ kind: string; balance: string }>('select kind, balance from ledger_accounts where owner_id = $1', [
      id,
    ]),
  );
  const of = (kind: string) => BigInt(rows.find((row) => row.kind === kind)?.balance ?? 0);
  return { held: of('agent_held'), available: of('agent_available') };
}

async function shown({ privateKey }: MintedAgent): Promise<string[]> {
  const visitor = new ApiVisitor(site.url);
  await visitor.signIn(privateKey);
  const { body } = await visitor.get<{ items: Commission[] }>('/agents/commissions');
  return body.items.map(({ kind, state }) => `${kind} ${state}`);
}

it('makes a commission available once its hold is over, once, and takes what is reversed later from there', async () => {
  const { id, paid, levels } = await bought();
  expect(await balances(direct)).toEqual({ held: levels[0], available: 0n });
  expect(await shown(direct)).toEqual(['accrual hold']);

  await ask(`${useStack().control}/cron?name=commissions.ready`, { method: 'POST' });
  await waitFor('the end of the hold', async () => ((await balances(direct)).held === 0n ? true : undefined));
  await Promise.all([sweep(), sweep()]);
  expect(await balances(direct)).toEqual({ held: 0n, available: levels[0] });
  expect(await balances(top)).toEqual({ held: levels[1], available: 0n });
  expect([await shown(direct), await shown(top)]).toEqual([['accrual ready'], ['accrual hold']]);
  await expectChecks();

  const half = paid / 2n;
  for (const part of [half, paid - half]) await nudge(site, 'refund', await requestRefund(site, id, part));
  await untilStanding(id, 'the refund', ({ status }) => status === 'refunded');
  for (const agent of [direct, top]) expect(await balances(agent)).toEqual({ held: 0n, available: 0n });
  expect(new Set(await shown(direct))).toEqual(new Set(['reversal reversed', 'accrual reversed']));
  await sweep();
  await expectChecks();
});

it('keeps a commission held while its order is disputed', async () => {
  const { id, levels } = await bought();
  const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: await intentOf(id) });
  await untilStanding(id, 'the freeze', ({ frozen }) => frozen);
  await sweep();
  expect(await balances(direct)).toEqual({ held: levels[0], available: 0n });
  await steer('/dispute_status', { dispute, status: 'won' });
  await untilStanding(id, 'the end of the freeze', ({ frozen }) => !frozen);
  await sweep();
  expect(await balances(direct)).toEqual({ held: 0n, available: levels[0] });
  await expectChecks();
});

it('takes a reversal from where the commission stands, though the hold ends at the same moment', async () => {
  const { id, paid } = await bought();
  const part = paid / 3n;
  for (const amount of [part, part, paid - 2n * part]) {
    const refund = await requestRefund(site, id, amount);
    await Promise.all([nudge(site, 'refund', refund), sweep(), sweep()]);
  }
  await untilStanding(id, 'the refund', ({ status }) => status === 'refunded');
  for (const agent of [direct, top]) expect(await balances(agent)).toEqual({ held: 0n, available: 0n });
  await expectChecks();
});
