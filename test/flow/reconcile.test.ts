import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import { buy, newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { deliver } from '../harness/consumer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { intentOf, steer, unheard } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

const DAY_HOURS = 24;

/** A site with an account of its own, so that nobody else's money moves there. */
async function mint(): Promise<{ site: MintedSite; account: string }> {
  const account = `acct_day${Date.now()}${Math.floor(Math.random() * 1_000)}`;
  await steer('/accounts', { account });
  return { account, site: await mintSite({ account }) };
}

/**
 * Lets so many days end, each with an hour for what came at its last moment, and has the balance compared after each, by
 * so many sweeps at once.
 */
async function reconcile({ code }: { code: string }, days = 1, sweeps = 1): Promise<void> {
  const { owner } = useStack().database;
  const untilTomorrow = DAY_HOURS - new Date().getUTCHours() + 1;
  try {
    for (let day = 0; day < days; day += 1) {
      await shiftClock(owner, null);
      await shiftClock(owner, (untilTomorrow + DAY_HOURS * day) / DAY_HOURS);
      const asked = Array.from({ length: sweeps }, () =>
        deliver({ v: 1, kind: 'sweep', site: code, name: 'payments.reconcile' }),
      );
      expect(await Promise.all(asked)).toEqual(asked.map(() => 'ack'));
    }
  } finally {
    await shiftClock(owner, null);
  }
}

/** How many days of an account were compared, from today on. */
async function daysDone(account: string): Promise<number> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ days: number }>(
      `select (read_until::date - (now() at time zone 'UTC')::date)::integer as days from provider_cursors
       where provider = 'stripe_balance' and account = $1`,
      [account],
    ),
  );
  return rows[0]?.days ?? 0;
}

interface Found {
  kind: string;
  provider_minor: string;
  ledger_minor: string;
  state: string;
}

async function breaksOf({ siteId }: MintedSite): Promise<Found[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Found>(
      `select kind, provider_minor, ledger_minor, state from reconciliation_breaks where site_id = $1 order by kind, provider_minor`,
      [siteId],
    ),
  );
  return rows;
}

async function balanceHere({ siteId }: MintedSite, kind: string): Promise<bigint> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ balance: string }>('select balance from ledger_accounts where site_id = $1 and kind = $2', [
      siteId,
      kind,
    ]),
  );
  return BigInt(rows[0]?.balance ?? 0);
}

/** As if a site's payment, settled some days after it began, had been of a PaymentIntent that the provider does not have. */
const pointPayment = ({ siteId }: MintedSite, intent: string) =>
  withClient('superuser', async (client) => {
    await client.query('begin; set local session_replication_role = replica');
    await client.query(
      `update payments set intent_id = $2, created_at = created_at - interval '3 days' where site_id = $1`,
      [siteId, intent],
    );
    await client.query(
      `insert into effects (site_id, provider, object, effect, at)
       select site_id, provider, $2, effect, at from effects where site_id = $1 and effect = 'settled'`,
      [siteId, intent],
    );
    await client.query('commit');
  });

async function atAccount<Answer>(account: string, path: string, form?: Record<string, string>): Promise<Answer> {
  const { url, secretKey } = useStack().stripe;
  const { status, text } = await ask(`${url}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'stripe-context': account,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
  });
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  return JSON.parse(text) as Answer;
}

async function balanceThere(account: string): Promise<bigint> {
  const { available } = await atAccount<{ available: { amount: number }[] }>(account, '/v1/balance');
  return BigInt(available[0]?.amount ?? 0);
}

it('books what the provider kept and paid out, until the receivable is the balance at the provider', async () => {
  const { site, account } = await mint();
  const orders = [await buy(await newBuyer(site), site), await buy(await newBuyer(site), site)];
  const intents = await Promise.all(orders.map(({ id }) => intentOf(id)));
  await atAccount(account, '/v1/refunds', { payment_intent: intents[0] ?? '', amount: '777' });
  const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: intents[1] });
  await steer('/dispute_status', { dispute, status: 'won' });
  await waitFor('refund and dispute', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query(
        `select from refunds r join disputes d on d.site_id = r.site_id and d.status = 'won' where r.site_id = $1`,
        [site.siteId],
      ),
    );
    return rows.length > 0 || undefined;
  });
  const paidOut = await balanceThere(account);
  const { payouts } = await steer<{ payouts: { id: string }[] }>('/payout', { account });
  await buy(await newBuyer(site), site);
  for (let time = 0; time < 2; time += 1) {
    await reconcile(site);
    expect(await breaksOf(site)).toEqual([]);
    expect(await balanceHere(site, 'fees')).toBeLessThan(0n);
    // Debits are below zero.
    expect(-(await balanceHere(site, 'bank'))).toBe(paidOut);
    expect(-(await balanceHere(site, 'provider_receivable'))).toBe(await balanceThere(account));
  }

  await steer('/payout_fails', { payout: payouts[0]?.id });
  await forgetDays(account);
  await reconcile(site, 1, 2);
  expect(await balanceHere(site, 'bank')).toBe(0n);
  expect(-(await balanceHere(site, 'provider_receivable'))).toBe(await balanceThere(account));
  await expectChecks();
});

/** As if no day of the account had been compared yet. Another test may have moved the clock while the cron came by. */
const forgetDays = (account: string) =>
  withClient('superuser', (client) =>
    client.query(`delete from provider_cursors where provider = 'stripe_balance' and account = $1`, [account]),
  );

it('tells of money of which nobody heard, and tells no more once it is settled', async () => {
  const { site } = await mint();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await unheard(() => payOrder(buyer, order.id));
  await reconcile(site);
  const charge = { kind: 'charge', provider_minor: order.amount_minor, ledger_minor: '0' };
  expect(await breaksOf(site)).toEqual([{ ...charge, state: 'open' }]);
  await reconcile(site);
  expect(await breaksOf(site)).toEqual([{ ...charge, state: 'open' }]);

  await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'payments.events' });
  await paidOrder(buyer, order.id);
  await reconcile(site, 2);
  expect(await breaksOf(site)).toEqual([{ ...charge, state: 'resolved' }]);
  await expectChecks();
});

it('tells of a payment of ours that the provider does not have, whenever it began, and goes on', async () => {
  const { site, account } = await mint();
  const order = await buy(await newBuyer(site), site);
  const intent = await intentOf(order.id);
  await pointPayment(site, `${intent}_gone`);
  await reconcile(site);
  expect(await breaksOf(site)).toMatchObject([
    { kind: 'charge', provider_minor: '0', ledger_minor: order.amount_minor, state: 'open' },
    { kind: 'charge', provider_minor: order.amount_minor, ledger_minor: '0', state: 'open' },
  ]);
  await reconcile(site, 2);
  expect(await daysDone(account)).toBe(2);
});

it('tells of a refund that came back unheard', async () => {
  const { site, account } = await mint();
  const order = await buy(await newBuyer(site), site);
  const { id: refund } = await atAccount<{ id: string }>(account, '/v1/refunds', {
    ...{ payment_intent: await intentOf(order.id), amount: '777' },
  });
  const refundIs = (state: string) =>
    waitFor(`a ${state} refund`, async () => {
      const { rows } = await withClient('superuser', (client) =>
        client.query('select from refunds where provider_id = $1 and state = $2', [refund, state]),
      );
      return rows.length > 0 || undefined;
    });
  await refundIs('succeeded');
  await steer('/mute', { id: refund });
  await steer('/refund', { refund, outcome: 'fail' });
  await reconcile(site);
  const back = { kind: 'refund_returned', provider_minor: '777', ledger_minor: '0' };
  expect(await breaksOf(site)).toEqual([{ ...back, state: 'open' }]);
  await steer('/mute', { id: refund, muted: false });
  await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'payments.events' });
  await refundIs('failed');
  await reconcile(site, 2);
  expect(await breaksOf(site)).toEqual([{ ...back, state: 'resolved' }]);
  await expectChecks();
});

it('looks at a site on the platform’s account also on a day on which nothing of it moved', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await buyer.visitor.post(`/orders/${order.id}/payment`);
  const intent = await intentOf(order.id);
  await steer('/mute', { id: intent });
  await payOrder(buyer, order.id);
  await forgetDays('');
  await reconcile({ code: 'platform' });
  const unheard = { kind: 'charge', provider_minor: order.amount_minor, ledger_minor: '0' };
  expect(await breaksOf(site)).toEqual([{ ...unheard, state: 'open' }]);
  await steer('/mute', { id: intent, muted: false });
  await deliver({ v: 1, kind: 'sweep', site: 'platform', name: 'payments.events' });
  await paidOrder(buyer, order.id);
  await reconcile({ code: 'platform' }, 2);
  expect(await breaksOf(site)).toEqual([{ ...unheard, state: 'resolved' }]);
});

it('compares every other site on a day on which one of them cannot be compared', async () => {
  const [broken, site] = [await mintSite(), await mintSite()];
  const bought = await buy(await newBuyer(broken), broken);
  const gone = `${await intentOf(bought.id)}_gone`;
  await pointPayment(broken, gone);
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await unheard(() => payOrder(buyer, order.id));
  await forgetDays('');
  const charge = { kind: 'charge', provider_minor: order.amount_minor, ledger_minor: '0' };
  await steer('/fault', { mode: 'status', status: 500, times: 99, path: `/v1/payment_intents/${gone}` });
  try {
    await reconcile({ code: 'platform' });
  } finally {
    await steer('/reset_faults');
  }
  expect(await breaksOf(site)).toEqual([{ ...charge, state: 'open' }]);
  expect(await breaksOf(broken)).toEqual([]);
  expect(await daysDone('')).toBe(0);

  await reconcile({ code: 'platform' });
  expect(await breaksOf(broken)).toMatchObject([{ state: 'open' }, { state: 'open' }]);
  expect(await daysDone('')).toBe(1);
});

it('tells the platform of money on its own account that names a site which is none', async () => {
  const { id: intent } = await steer<{ id: string }>('/forge', {
    ...{ amount: 4_321, currency: 'usd', metadata: { site: 'nowhere', order: randomUUID() } },
  });
  await forgetDays('');
  await reconcile({ code: 'platform' });
  const { rows } = await withClient('superuser', (client) =>
    client.query<object>(
      `select s.code, b.kind, b.provider_minor, b.ledger_minor from reconciliation_breaks b join sites s on s.id = b.site_id
       where b.reference = $1`,
      [intent],
    ),
  );
  expect(rows).toEqual([{ code: 'platform', kind: 'charge', provider_minor: '4321', ledger_minor: '0' }]);
});

it('compares each account once a day, when the cron comes by', async () => {
  const { site, account } = await mint();
  await buy(await newBuyer(site), site);
  const cursor = async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query(`select from provider_cursors where provider = 'stripe_balance' and account = $1`, [account]),
    );
    return rows.length;
  };
  const { database, control } = useStack();
  await shiftClock(database.owner, (DAY_HOURS - new Date().getUTCHours() + 1) / DAY_HOURS);
  try {
    await ask(`${control}/cron?name=payments.reconcile`, { method: 'POST' });
    await waitFor('the day', async () => ((await cursor()) === 1 ? true : undefined));
  } finally {
    await shiftClock(database.owner, null);
  }
  expect(await breaksOf(site)).toEqual([]);
  expect(await balanceHere(site, 'fees')).toBeLessThan(0n);
});
