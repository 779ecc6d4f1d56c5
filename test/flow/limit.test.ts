import { randomUUID } from 'node:crypto';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { newBuyer, orderBody, placeOrder } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { eachAtOnce } from '../harness/flight.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  code: string | undefined;
}

/**
 * What `allowed` + 1 in one minute are answered. The minute may turn while they are sent: so twice as many and one, of which
 * at least one is too many, are sent; and how many were let through is not more than two minutes' worth.
 */
async function flood(
  allowed: number,
  send: (index: number) => Promise<{ status: number; headers: object; body: unknown }>,
) {
  const indices = Array.from({ length: 2 * allowed + 1 }, (_, index) => index);
  const answers = await eachAtOnce(8, indices, async (index): Promise<Answer> => {
    const { status, headers, body } = await send(index);
    return { status, headers: { ...headers }, code: (body as ApiProblem | null)?.code };
  });
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(allowed);
  for (const { code, headers } of refused) {
    expect(code).toBe('request.rate_limited');
    expect(headers).toMatchObject({
      'retry-after': '60',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  }
  return refused.length;
}

const countOf = (table: 'auth_nonces' | 'orders', siteId: string) =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table} where site_id = $1`, [
      siteId,
    ]);
    return rows[0]?.n;
  });

it('begins at most thirty sign-ins a minute for one client address, and writes nothing for the others', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const { address } = privateKeyToAccount(generatePrivateKey());
  const refused = await flood(30, () => visitor.post('/auth/nonce', { address }));
  expect(await countOf('auth_nonces', site.siteId)).toBe(61 - refused);
  const elsewhere = await new ApiVisitor(site.url).post('/auth/nonce', { address });
  expect(elsewhere.status).toBe(200);
});

it('checks at most ten signatures a minute of one wallet from one address, of another wallet still', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const newAddress = () => privateKeyToAccount(generatePrivateKey()).address;
  const messageOf = (address: string) => `${site.code} wants you to sign in with your Ethereum account:\n${address}\n`;
  const [guessed, other] = [newAddress(), newAddress()];
  await visitor.post('/auth/nonce', { address: guessed });
  // Every guess has another signature, and some write it first: neither makes it another wallet.
  await flood(10, (index) => {
    const [message, signature] = [messageOf(guessed), `0x${index.toString(16).padStart(130, '0')}`];
    return visitor.post('/auth/wallet', index % 2 === 0 ? { message, signature } : { signature, message });
  });
  expect(await visitor.post('/auth/wallet', { message: messageOf(other), signature: '0x00' })).toMatchObject({
    status: 400,
    body: { code: 'auth.message_invalid' },
  });
});

it('takes at most ten orders a minute of one buyer, and holds nothing for the others', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const other = await newBuyer(site);
  const refused = await flood(10, () => placeOrder(buyer, site, { tierVersion: 99, idempotencyKey: randomUUID() }));
  expect(refused).toBeGreaterThan(0);
  expect(await countOf('orders', site.siteId)).toBe(0);
  expect((await placeOrder(other, site)).status).toBe(201);
});

it('tells at most 120 times a minute to one address whether there is such a promo code, and prices without one still', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const ask = { tier_id: site.tiers[0].id, quantity: 1 };
  await flood(120, (index) => visitor.post('/orders/preview', { ...ask, promo_code: `GUESS${index}` }));
  expect((await visitor.post('/orders/preview', ask)).status).toBe(200);
  expect((await visitor.post('/orders/preview', { ...ask, promo_code: ' ' })).status).toBe(200);
});

it('counts a promo code that comes with an order as one that is asked for', async () => {
  const site = await mintSite();
  const address = { 'cf-connecting-ip': '198.51.100.77' };
  const buyers = await Promise.all(Array.from({ length: 25 }, () => newBuyer(site)));
  await flood(120, (index) => {
    const buyer = buyers[index % buyers.length] as (typeof buyers)[number];
    const body = { ...orderBody(buyer, site, { tierVersion: 99 }), promo_code: `GUESS${index}` };
    return buyer.visitor.post('/orders', body, { ...address, 'idempotency-key': randomUUID() });
  });
});

it('begins and cancels payments of one buyer at most thirty times a minute, and asks the provider no more', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body } = await placeOrder(buyer, site);
  await flood(30, (index) => buyer.visitor.post(`/orders/${body.id}/${index % 2 === 0 ? 'payment' : 'cancel'}`));
  expect((await new ApiVisitor(site.url).post(`/orders/${body.id}/payment`)).status).toBe(401);
});

it('counts all requests of one address, an IPv6 subscriber as one, by the size that the site chose', async () => {
  const site = await mintSite({ settings: { limits: 'strict' } });
  // An isolate counts by the normal size until it has seen the site's settings.
  expect((await new ApiVisitor(site.url).get('/site')).status).toBe(200);
  await flood(300, (index) =>
    new ApiVisitor(site.url).get('/tiers', { 'cf-connecting-ip': `2001:db8:0:7::${index.toString(16)}` }),
  );
  const next = await new ApiVisitor(site.url).get('/tiers', { 'cf-connecting-ip': '2001:db8:0:8::1' });
  expect(next.status).toBe(200);
});

it('counts by nothing that a client can write, and those without an address together', async () => {
  const site = await mintSite({ settings: { limits: 'strict' } });
  const send = async (index: number) => {
    const { status, headers, text } = await ask(`${site.url}/api/v1/auth/nonce`, {
      method: 'POST',
      body: JSON.stringify({ address: `0x${index.toString(16).padStart(40, '0')}` }),
      headers: {
        origin: site.url,
        'content-type': 'application/json',
        'user-agent': String(index),
        'x-forwarded-for': `198.51.100.${index}`,
        'x-real-ip': `198.51.100.${index}`,
        forwarded: `for=198.51.100.${index}`,
        'true-client-ip': `198.51.100.${index}`,
      },
    });
    return { status, headers, body: JSON.parse(text) as unknown };
  };
  await new ApiVisitor(site.url).get('/site');
  await flood(10, send);
});

it('loses no event of a provider, however many come from one address', async () => {
  const { platform } = useStack();
  const answers = await eachAtOnce(8, Array.from({ length: 1_100 }), () =>
    ask(`${platform.url}/api/v1/webhooks/stripe`, {
      method: 'POST',
      body: '{}',
      headers: { 'cf-connecting-ip': '198.51.100.200', 'stripe-signature': 't=1,v1=00' },
    }),
  );
  expect([...new Set(answers.map(({ status }) => status))]).toEqual([400]);
});
