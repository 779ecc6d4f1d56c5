import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { expect, it } from 'vitest';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { loginUrl, newEmail, signInUpTo } from '../harness/auth0.ts';
import { buy, newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { countRequests } from '../harness/count.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';
import { WebBrowser } from '../harness/web_browser.ts';

/** Longer than an isolate keeps a site's snapshot: the next request finds it cold. */
const SNAPSHOT_SECONDS = 2.2;

/** Beyond this a rush finds a snapshot too old even for going on with it. */
const RUSH_SECONDS = 4.5;

/** When a read takes longer, another one may try. */
const PATIENCE_SECONDS = 1;

const API_ROLES = new Set(['posx_app', 'posx_operator', 'posx_readonly']);

/** Database requests of the API's own roles: the consumer works beside it, and is counted elsewhere. */
async function roundTrips(work: () => Promise<unknown>): Promise<number> {
  const { requests } = await countRequests(work);
  return requests.filter(({ role }) => API_ROLES.has(role)).length;
}

it('asks the database once for a read, once for a warm order, twice for a cold one and for a payment', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const other = await newBuyer(site);
  await sleep(SNAPSHOT_SECONDS * 1_000);

  const counts: Record<string, number> = {};
  const visitor = new ApiVisitor(site.url);
  counts['tiers cold'] = await roundTrips(() => visitor.get('/tiers'));
  counts['tiers warm'] = await roundTrips(() => visitor.get('/tiers'));
  await sleep(SNAPSHOT_SECONDS * 1_000);
  let orderId = '';
  counts['order cold'] = await roundTrips(async () => {
    const placed = await placeOrder(buyer, site, { quantity: 1 });
    expect(placed.status).toBe(201);
    orderId = placed.body.id;
  });
  counts['order warm'] = await roundTrips(async () => {
    expect((await placeOrder(other, site, { quantity: 1 })).status).toBe(201);
  });
  counts['payment'] = await roundTrips(async () => {
    expect((await buyer.visitor.post(`/orders/${orderId}/payment`)).status).toBe(200);
  });
  counts['payment again'] = await roundTrips(() => buyer.visitor.post(`/orders/${orderId}/payment`));
  await payOrder(buyer, orderId);
  const allocationId = (await paidOrder(buyer, orderId)).allocation?.id ?? '';
  const reads = [`/orders/${orderId}`, '/orders', '/me', '/me/balance', '/wallets', '/allocations'];
  for (const path of [...reads, `/allocations/${allocationId}`]) {
    counts[path.replace(orderId, '{id}').replace(allocationId, '{id}')] = await roundTrips(async () => {
      expect((await buyer.visitor.get(path)).status).toBe(200);
    });
  }
  expect(counts).toEqual({
    'tiers cold': 1,
    'tiers warm': 0,
    'order cold': 2,
    'order warm': 1,
    payment: 2,
    'payment again': 1,
    '/orders/{id}': 1,
    '/orders': 1,
    '/me': 1,
    '/me/balance': 1,
    '/wallets': 1,
    '/allocations': 1,
    '/allocations/{id}': 1,
  });
});

it('reads a site once for a whole rush, not once for each of its requests', async () => {
  const { url } = await mintSite();
  const visitor = new ApiVisitor(url);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await visitor.get('/tiers');
    const readAt = performance.now();
    await sleep(SNAPSHOT_SECONDS * 1_000);
    let sentAt = 0;
    const requests = await roundTrips(async () => {
      sentAt = performance.now();
      const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.get('/tiers')));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    });
    const now = performance.now();
    if (now - sentAt > PATIENCE_SECONDS * 1_000 || now - readAt > RUSH_SECONDS * 1_000) continue;
    expect(requests).toBe(1);
    return;
  }
  throw new Error('the machine was too slow for a rush within a second');
});

it('asks the database once to choose or unbind a wallet, twice to bind one, three times to send an allocation there', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const allocation = (await buy(buyer, site)).allocation?.id ?? '';
  const account = privateKeyToAccount(generatePrivateKey());
  const { body } = await buyer.visitor.post<Nonce>('/auth/nonce', { address: account.address, purpose: 'bind' });
  const signed = { message: body.message, signature: await account.signMessage({ message: body.message }) };
  const { visitor } = buyer;
  let walletId = '';
  const counts = {
    bind: await roundTrips(async () => {
      walletId = (await visitor.post<{ id: string }>('/wallets', signed)).body.id;
    }),
    choose: await roundTrips(() => visitor.post(`/wallets/${walletId}/primary`)),
    redirect: await roundTrips(async () => {
      const key = { 'idempotency-key': 'a-key-of-this-test' };
      const answer = await visitor.post(`/allocations/${allocation}/wallet`, { wallet_id: walletId }, key);
      expect(answer.status).toBe(200);
    }),
    unbind: await roundTrips(async () => {
      const answer = await visitor.send('DELETE', `/wallets/${walletId}`, undefined, { origin: visitor.origin });
      expect(answer.status).toBe(204);
    }),
  };
  expect(counts).toEqual({ bind: 2, choose: 1, redirect: 3, unbind: 1 });
});

it('asks the database once for what an operator reads', async () => {
  const site = await mintSite();
  const placed = await placeOrder(await newBuyer(site), site, { quantity: 1 });
  expect(placed.status).toBe(201);
  const operator = await newOperator();
  for (const path of ['releases', 'orders', 'orders?status=pending&limit=1', `orders/${placed.body.id}`]) {
    const count = await roundTrips(async () => {
      expect((await operator.get(`/admin/${site.code}/${path}`)).status).toBe(200);
    });
    expect({ path, count }).toEqual({ path, count: 1 });
  }
});

it('asks the database at most once to begin a sign-in by e-mail, once to pass it on, twice to end it', async () => {
  const site = await mintSite();
  const [browser, email] = [new WebBrowser(), newEmail()];
  const counts: Record<string, number> = {};
  const open = async (name: string, url: string | URL) => {
    let next: URL | undefined;
    counts[name] = await roundTrips(async () => ({ next } = await browser.open(url, { stopAt: () => true })));
    return next ?? new URL(url);
  };
  await sleep(SNAPSHOT_SECONDS * 1_000);
  const url = loginUrl(site.url);
  const page = await browser.open(await open('login cold', url));
  await open('login warm', url);
  // The newer attempt is the one whose cookie counts.
  expect(page.status).toBe(200);
  const callback = await signInUpTo(browser, site.url, email, 'callback');
  const complete = await open('callback', callback);
  expect((await open('complete, new', complete)).pathname).toBe('/');
  const again = await signInUpTo(browser, site.url, email, 'complete');
  expect((await open('complete, known', again)).pathname).toBe('/');
  const ask = async (method: string, path: string, status: number) => {
    counts[`${method} ${path}`] = await roundTrips(async () => {
      expect((await browser.api(site.url, method, path)).status).toBe(status);
    });
  };
  await ask('GET', '/me/sessions', 200);
  await ask('DELETE', '/me/sessions', 204);
  await ask('DELETE', `/me/sessions/${randomUUID()}`, 404);
  await ask('POST', '/auth/logout', 200);
  const named = Object.entries(counts).map(([name, count]) => [name.replace(/[0-9a-f-]{36}/, '{id}'), count]);
  expect(Object.fromEntries(named)).toEqual({
    ...{ 'login cold': 1, 'login warm': 0, callback: 1, 'complete, new': 2, 'complete, known': 2 },
    ...{ 'GET /me/sessions': 1, 'DELETE /me/sessions': 1, 'DELETE /me/sessions/{id}': 1, 'POST /auth/logout': 1 },
  });
});
