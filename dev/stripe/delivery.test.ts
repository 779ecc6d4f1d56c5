import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { expect, test } from 'vitest';
import type { Call } from './listen.ts';
import { WEBHOOK_SECRET, bootRig, openInbox } from './rig.ts';
import type { Rig } from './rig.ts';
import { signBody } from './start.ts';

const payBack = { payment_method: 'pm_card_visa', return_url: 'http://na.localhost:8787/orders/1' };
const PAID_TYPES = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'];

async function pay(rig: Rig, account?: string): Promise<Stripe.PaymentIntent> {
  const options = account === undefined ? {} : { stripeContext: account };
  const { id } = await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' }, options);
  return rig.stripe.paymentIntents.confirm(id, payBack, options);
}

function verify(rig: Rig, call: Call | undefined, body = call?.body ?? ''): Promise<Stripe.Event> {
  const signature = call?.headers['stripe-signature'] ?? '';
  const provider = Stripe.createSubtleCryptoProvider();
  return rig.stripe.webhooks.constructEventAsync(body, signature, WEBHOOK_SECRET, undefined, provider);
}

const typeOf = (call: Call): string => (JSON.parse(call.body) as Stripe.Event).type;

test('every event arrives signed, on the platform host, and a changed body does not verify', async () => {
  await using rig = await bootRig();
  const paid = await pay(rig);
  await rig.inbox.until(3);
  expect(rig.inbox.calls.map(typeOf).sort()).toEqual([...PAID_TYPES].sort());
  for (const call of rig.inbox.calls) {
    expect(call.headers.host).toBe('platform.localhost:8787');
    expect(await verify(rig, call)).toMatchObject({ api_version: '2026-10-28.endive', livemode: false });
  }
  const last = rig.inbox.calls.find((call) => typeOf(call) === 'payment_intent.succeeded');
  const event = await verify(rig, last);
  expect(event.data.object).toMatchObject({ id: paid.id, status: 'succeeded', amount_received: 5_000 });
  await expect(verify(rig, last, last?.body.replace('5000', '9000'))).rejects.toThrow(/signature/i);
});

test('an event of a connected account names it, and only that account lists it', async () => {
  await using rig = await bootRig();
  await pay(rig, 'acct_asia');
  await pay(rig);
  await rig.inbox.until(6);
  const accounts = rig.inbox.calls.map((call) => (JSON.parse(call.body) as Stripe.Event).account);
  expect(accounts.filter((account) => account === 'acct_asia')).toHaveLength(3);
  const listed = await rig.stripe.events.list({}, { stripeContext: 'acct_asia' });
  expect(listed.data.map((event) => event.account)).toEqual(['acct_asia', 'acct_asia', 'acct_asia']);
  expect((await rig.stripe.events.list({ limit: 100 })).data).toHaveLength(3);
});

test('events can be listed since a time, by type, page by page, newest first', async () => {
  await using rig = await bootRig();
  for (let round = 0; round < 4; round += 1) await pay(rig);
  const since = { created: { gte: Math.floor(Date.now() / 1000) - 60 } };
  const ids: string[] = [];
  for await (const event of rig.stripe.events.list({ ...since, types: ['payment_intent.succeeded'], limit: 3 }))
    ids.push(event.id);
  const all = rig.standIn.events().filter((event) => event.type === 'payment_intent.succeeded');
  expect(ids).toEqual(all.map((event) => event.id).reverse());
  expect((await rig.stripe.events.list({ created: { gt: Math.floor(Date.now() / 1000) + 60 } })).data).toEqual([]);
});

test('a sweep from a cursor finds each newer event once, in whatever pages', async () => {
  await using rig = await bootRig();
  await pay(rig, 'acct_na');
  const { data: known } = await rig.stripe.events.list({}, { stripeContext: 'acct_na' });
  const cursor = known[0]?.id ?? '';
  await pay(rig);
  for (let round = 0; round < 3; round += 1) await pay(rig, 'acct_na');
  const found: string[] = [];
  for await (const event of rig.stripe.events.list({ ending_before: cursor, limit: 4 }, { stripeContext: 'acct_na' })) {
    found.push(event.id);
  }
  const newer = rig.standIn
    .events()
    .filter(({ id, account }) => account === 'acct_na' && !known.some((old) => old.id === id));
  expect(newer).toHaveLength(9);
  expect([...found].sort()).toEqual(newer.map(({ id }) => id).sort());
  await expect(rig.stripe.events.list({ ending_before: cursor })).rejects.toMatchObject({ code: 'resource_missing' });
  await expect(rig.stripe.events.list({ type: 'a', types: ['b'] })).rejects.toMatchObject({ statusCode: 400 });
});

test('a delivery that is not answered by 2xx is tried again until it is', async () => {
  await using rig = await bootRig();
  rig.inbox.respond = () => (rig.inbox.calls.length < 4 ? 503 : 200);
  await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
  await rig.inbox.until(3);
  expect(new Set(rig.inbox.calls.map((call) => call.body)).size).toBe(1);
  for (const call of rig.inbox.calls) await verify(rig, call);
});

test('duplicates come on demand, each with the same event id', async () => {
  await using rig = await bootRig();
  await rig.control('webhooks', { duplicate: 3 });
  const { id } = await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
  await rig.inbox.until(3);
  const events = await Promise.all(rig.inbox.calls.map((call) => verify(rig, call)));
  expect(new Set(events.map((event) => event.id)).size).toBe(1);
  expect(events[0]?.data.object).toMatchObject({ id });
  await rig.control('webhooks', { duplicate: 1 });
  await rig.control('redeliver', { event_id: events[0]?.id });
  await rig.inbox.until(4);
});

test('deliveries can be held and then arrive in reverse', async () => {
  await using rig = await bootRig();
  await rig.control('pause');
  // What is refused in the end leaves no event behind, though it had begun.
  await expect(
    rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' }),
  ).rejects.toMatchObject({ param: 'return_url' });
  expect(await rig.control('quiet')).toEqual({ pending: 0, scheduled: 0 });
  await pay(rig);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(rig.inbox.calls).toEqual([]);
  await rig.control('reorder');
  expect(rig.inbox.calls.map(typeOf)).toEqual([...PAID_TYPES].reverse());
});

test('a restart forgets nothing: objects, answers under a key, and what was not delivered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-'));
  const inbox = await openInbox();
  try {
    let id: string;
    {
      await using first = await bootRig(join(folder, 'state.sqlite'), inbox);
      await first.control('pause');
      id = (await first.stripe.paymentIntents.create({ amount: 700, currency: 'usd' }, { idempotencyKey: 'once' })).id;
    }
    expect(inbox.calls).toEqual([]);
    await using second = await bootRig(join(folder, 'state.sqlite'), inbox);
    await inbox.until(1);
    expect((await second.stripe.paymentIntents.retrieve(id)).amount).toBe(700);
    expect(
      (await second.stripe.paymentIntents.create({ amount: 700, currency: 'usd' }, { idempotencyKey: 'once' })).id,
    ).toBe(id);
  } finally {
    await inbox.stop();
    rmSync(folder, { recursive: true });
  }
});

test('nothing that mentions a muted object is told, and all that does not', async () => {
  await using rig = await bootRig();
  const { id } = await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
  await rig.inbox.until(1);
  await rig.control('mute', { id });
  await rig.stripe.paymentIntents.cancel(id);
  await pay(rig);
  await rig.inbox.until(1 + PAID_TYPES.length);
  await rig.control('mute', { id, muted: false });
  const canceled = rig.standIn.events().find(({ type }) => type === 'payment_intent.canceled');
  expect(rig.inbox.calls.map(typeOf)).not.toContain('payment_intent.canceled');
  await rig.control('redeliver', { event_id: canceled?.id });
  await rig.inbox.until(2 + PAID_TYPES.length);
});

test('what is dropped never arrives, is still an event, and can be delivered after all', async () => {
  await using rig = await bootRig();
  await rig.control('drop', { types: ['charge.*'] });
  await pay(rig);
  await rig.quiet();
  expect(rig.inbox.calls.map(typeOf).sort()).toEqual(['payment_intent.created', 'payment_intent.succeeded']);
  const [lost] = (await rig.stripe.events.list({ type: 'charge.succeeded' })).data;
  await rig.control('drop', { next: 1 });
  await rig.control('redeliver', { event_id: lost?.id });
  await rig.inbox.until(3);
  await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
  await rig.stripe.paymentIntents.create({ amount: 6_000, currency: 'usd' });
  await rig.inbox.until(4);
  expect(rig.inbox.calls.at(-1)?.body).toContain('6000');
});

test('what arrives corrupted does not verify, and comes right at the next attempt', async () => {
  await using rig = await bootRig();
  const valid: boolean[] = [];
  rig.inbox.respond = () => 200;
  for (const how of ['signature', 'body']) {
    await rig.control('corrupt', { next: 1, how });
    rig.inbox.respond = (call) => {
      const isValid = call.headers['stripe-signature'] === signatureOf(call);
      valid.push(isValid);
      return isValid ? 200 : 400;
    };
    await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
    await rig.inbox.until(valid.length + 2);
  }
  expect(valid).toEqual([false, true, false, true]);
});

test('deliveries can be made late, and the test knows when all is quiet', async () => {
  await using rig = await bootRig();
  await rig.control('delay', { milliseconds: 60_000 });
  await pay(rig);
  expect(await rig.control('quiet')).toEqual({ pending: 3, scheduled: 0 });
  const { deliveries } = (await rig.control('deliveries')) as { deliveries: { id: string; state: string }[] };
  expect(deliveries.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
  expect(rig.inbox.calls).toEqual([]);
  await rig.control('hurry');
  await rig.quiet();
  expect(rig.inbox.calls).toHaveLength(3);
  await rig.control('reset_faults');
  const after = `deliveries?after=${encodeURIComponent(deliveries.at(-1)?.id ?? '')}`;
  expect(await rig.control(after)).toEqual({ deliveries: [] });
  await rig.stripe.paymentIntents.create({ amount: 5_000, currency: 'usd' });
  expect(await rig.control(after)).toHaveProperty('deliveries.length', 1);
});

function signatureOf(call: Call): string {
  const seconds = Number(/^t=(\d+),/.exec(String(call.headers['stripe-signature']))?.[1]);
  return signBody(call.body, WEBHOOK_SECRET, new Date(seconds * 1_000));
}
