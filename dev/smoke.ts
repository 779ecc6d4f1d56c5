import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Commission } from '../worker/agent/shape.ts';
import type { AdminRelease, ApproveResult } from '../worker/admin/shape.ts';
import type { Balance } from '../worker/me/shape.ts';
import type { Order, OrderDetail, Payment } from '../worker/order/shape.ts';
import type { Site } from '../worker/site/shape.ts';
import type { Tier } from '../worker/tier/shape.ts';
import { chainBalance } from './client/chain.ts';
import { confirmPayment } from './client/pay.ts';
import { ApiVisitor, type ApiAnswer } from './client/visitor.ts';
import { waitFor } from './client/wait.ts';
import { shiftClock } from './shift_clock.ts';
import { expectedOrder, type ExpectedOrder } from './smoke_expected.ts';
import type { StackDescription } from './description.ts';
import { runCommand } from './run_command.ts';
import { withStack } from './with_stack.ts';

/** How many units the smoke test buys. */
const UNITS = 2;

interface SiteReport {
  ok: boolean;
  order_status: string;
  tokens_allocated: string;
  releases: number;
  commissions: { level: number; amount_minor: string }[];
  chain_balance_base: string;
  approval_before_window: string | null;
  mismatches: string[];
}

type SiteOfStack = StackDescription['sites'][number];

/** The main job over HTTP on one site, from the referral link to the balance on chain, against what the rules give. */
async function buy(stack: StackDescription, site: SiteOfStack): Promise<SiteReport> {
  const buyerKey = generatePrivateKey();
  const buyer = new ApiVisitor(site.url);
  const me = await buyer.signIn(buyerKey);
  const { body: shown } = await buyer.get<Site>('/site');
  const tier = required(
    'an open tier',
    (await buyer.get<{ items: Tier[] }>('/tiers')).body.items.find((each) => each.state === 'open'),
  );
  const agent = required(
    'a demo agent',
    stack.demo.agents.find((each) => each.referralCodes?.[site.code] !== undefined && each.name === 'Agent Two'),
  );
  const placed = expectStatus(
    201,
    await buyer.order<Order>({
      tier_id: tier.id,
      tier_version: tier.version,
      quantity: UNITS,
      wallet_id: required('a wallet', me.wallets[0]).id,
      terms_version: shown.terms.version,
      referral_code: required('a referral code', agent.referralCodes?.[site.code]),
    }),
  );
  const payment = expectStatus(200, await buyer.post<Payment>(`/orders/${placed.id}/payment`));
  const confirmed = await confirmPayment(stack.stripe.url, payment);
  if (confirmed.status !== 200) throw new Error(`the provider answered ${confirmed.status}: ${confirmed.text}`);
  const paid = await waitFor('the payment', async () => {
    const { body } = await buyer.get<OrderDetail>(`/orders/${placed.id}`);
    return body.status === 'paid' && body.allocation !== null ? body : undefined;
  });
  const expected = expectedOrder(site.code, tier.id, UNITS);
  const { refusal, delivered } = await payOut(stack, site, paid, { expected, buyer, buyerKey });
  const commissions = await commissionsOf(stack, site, placed.id);
  const onChain = await chainBalance(stack.chain.rpc, site.token, privateKeyToAccount(buyerKey).address);
  return report(expected, { paid, delivered, commissions, onChain, refusal });
}

interface Purchase {
  expected: ExpectedOrder;
  buyer: ApiVisitor;
  buyerKey: string;
}

/**
 * Approves the order's due release as the demo's owner and waits until it is delivered. Where a card-risk window stands
 * before it, sees the refusal first and then moves the clock past it, until the delivery: the consumer looks again.
 */
async function payOut(
  stack: StackDescription,
  site: SiteOfStack,
  paid: OrderDetail,
  { expected, buyer, buyerKey }: Purchase,
) {
  const first = await approve(stack, site, paid.id);
  const waits = expected.riskWindowDays > 0;
  const daysMoved = waits ? expected.riskWindowDays + 1 : 0;
  if (waits) await shiftClock(stack.database.owner, daysMoved);
  try {
    if (waits) {
      const second = await approve(stack, site, paid.id);
      if (!second.approved) throw new Error(`still refused after the window: ${second.code ?? ''}`);
      await buyer.signIn(buyerKey);
    }
    const delivered = await waitFor('the payout', async () => {
      const { body } = await buyer.get<Balance>('/me/balance');
      return BigInt(body.delivered_base) > 0n ? body : undefined;
    });
    return { refusal: first.code, delivered };
  } finally {
    if (waits) await shiftClock(stack.database.owner, -daysMoved);
  }
}

async function approve(
  stack: StackDescription,
  site: SiteOfStack,
  orderId: string,
): Promise<ApproveResult['results'][number]> {
  const operator = new ApiVisitor(stack.platform.url);
  await operator.signIn(required('a demo operator', stack.demo.operators[0]).privateKey);
  const path = `/admin/${site.code}/releases`;
  const due = await dueReleases(operator, path);
  const release = required(
    'a due release',
    due.find((each) => each.order_id === orderId),
  );
  const { body } = await operator.post<ApproveResult>(`${path}/approve`, { release_ids: [release.id] });
  return required('an answer', body.results[0]);
}

async function dueReleases(operator: ApiVisitor, path: string): Promise<AdminRelease[]> {
  const found: AdminRelease[] = [];
  for (let cursor = ''; ;) {
    const { body } = await operator.get<{ items: AdminRelease[]; next_cursor: string | null }>(
      `${path}?state=due&limit=100${cursor}`,
    );
    found.push(...body.items);
    if (body.next_cursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}

async function commissionsOf(stack: StackDescription, site: SiteOfStack, orderId: string): Promise<Commission[]> {
  const found: Commission[] = [];
  for (const agent of stack.demo.agents) {
    if (agent.referralCodes?.[site.code] === undefined) continue;
    const visitor = new ApiVisitor(site.url);
    await visitor.signIn(agent.privateKey);
    const { body } = await visitor.get<{ items: Commission[] }>('/agents/commissions?limit=100');
    found.push(...body.items.filter((entry) => entry.order_id === orderId));
  }
  return found.sort((a, b) => a.level - b.level);
}

interface Seen {
  paid: OrderDetail;
  delivered: Balance;
  commissions: Commission[];
  onChain: bigint;
  refusal: string | null;
}

function report(expected: ExpectedOrder, { paid, delivered, commissions, onChain, refusal }: Seen): SiteReport {
  const mismatches: string[] = [];
  const check = (what: string, seen: unknown, wanted: unknown) => {
    if (JSON.stringify(seen) !== JSON.stringify(wanted))
      mismatches.push(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  };
  const shownCommissions = commissions.map(({ level, amount_minor }) => ({ level, amount_minor }));
  check('amount', paid.amount_minor, expected.amountMinor.toString());
  check('tokens', paid.allocation?.token_base, expected.tokenBase.toString());
  check(
    'releases',
    paid.allocation?.releases.map((each) => each.amount_base),
    expected.releasesBase.map(String),
  );
  check('commissions', shownCommissions, expected.commissions);
  check(
    'commission state',
    commissions.map(({ state }) => state),
    commissions.map(() => 'hold'),
  );
  check('balance on chain', onChain.toString(), expected.releasesBase[0]?.toString());
  check('delivered', delivered.delivered_base, expected.releasesBase[0]?.toString());
  check('purchased', delivered.purchased_base, expected.tokenBase.toString());
  check('approval before the window', refusal, expected.riskWindowDays === 0 ? null : 'release.risk_window');
  return {
    ok: mismatches.length === 0,
    order_status: paid.status,
    tokens_allocated: paid.allocation?.token_base ?? '0',
    releases: paid.allocation?.releases.length ?? 0,
    commissions: shownCommissions,
    chain_balance_base: onChain.toString(),
    approval_before_window: refusal,
    mismatches,
  };
}

function required<Value>(what: string, value: Value | undefined): Value {
  if (value === undefined) throw new Error(`${what} is missing`);
  return value;
}

function expectStatus<Body>(status: number, answer: ApiAnswer<Body>): Body {
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** `npm run smoke`: buys on both sites and prints what was seen as one JSON object. */
runCommand(() =>
  withStack(async (stack) => {
    const siteOf = (code: string) =>
      required(
        code,
        stack.sites.find((site) => site.code === code),
      );
    const na = await buy(stack, siteOf('na'));
    const asia = await buy(stack, siteOf('asia'));
    console.log(JSON.stringify({ ...na, ok: na.ok && asia.ok, asia }));
    return na.ok && asia.ok;
  }),
);
