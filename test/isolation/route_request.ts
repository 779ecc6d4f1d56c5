import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { privateKeyToAccount } from 'viem/accounts';
import { loadKeys, signBody } from '../../dev/custody/notify.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { openStore } from '../../dev/store.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import { loginUrl } from '../harness/auth0.ts';
import { useStack } from '../harness/stack.ts';
import { WebBrowser } from '../harness/web_browser.ts';
import type { World } from './route_world.ts';

/** Ids that stand in a path or a body. */
export interface Ids {
  site: string;
  tier: string;
  freeTier: string;
  order: string;
  /** An order of the buyer's that is paid. */
  paid: string;
  wallet: string;
  /** Bound too, and not the primary one. */
  spareWallet: string;
  allocation: string;
  release: string;
  session: string;
  user: string;
  /** An event of the payment provider about an order of the buyer's. */
  event: string;
  letter: string;
}

/** Ids of the right form that nobody has. */
export const randomIds = (): Ids => ({
  site: `t${randomBytes(6).toString('hex')}`,
  tier: randomUUID(),
  freeTier: randomUUID(),
  order: randomUUID(),
  paid: randomUUID(),
  wallet: randomUUID(),
  spareWallet: randomUUID(),
  allocation: randomUUID(),
  release: randomUUID(),
  session: randomUUID(),
  user: randomUUID(),
  event: `evt_${randomBytes(12).toString('hex')}`,
  letter: randomUUID(),
});

/** What a route is asked, apart from who asks and where. */
export interface RouteRequest {
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** Cookies beside the session's. */
  cookie?: string;
  /** Of a webhook: the event by which its row in the inbox is found. */
  eventId?: string;
}

type Make = (world: World, ids: Ids) => RouteRequest | Promise<RouteRequest>;

const json = (path: string, body: unknown, headers: Record<string, string> = {}): RouteRequest => ({
  path,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

const blockRequest = (verb: 'block' | 'unblock') =>
  json(`/api/v1/platform/users/${encodeURIComponent('auth0|nobody')}/${verb}`, { reason: 'fraud' });

/** What is sent to the routes that want more than a path with its ids. */
const MAKERS: Readonly<Record<string, Make>> = {
  'POST /api/v1/webhooks/stripe': ({ own }) => stripeEvent(own.code),
  'POST /api/v1/webhooks/fireblocks': () => fireblocksEvent(),
  'POST /api/v1/auth/nonce': ({ buyer }) => json('/api/v1/auth/nonce', { address: buyer.address }),
  'POST /api/v1/auth/wallet': signedChallenge,
  'POST /api/v1/me/anonymise': () => json('/api/v1/me/anonymise', { confirm: true }),
  'GET /api/v1/platform/users': () => ({ path: '/api/v1/platform/users?email=nobody@example.com' }),
  'POST /api/v1/platform/users/:sub/block': () => blockRequest('block'),
  'POST /api/v1/platform/users/:sub/unblock': () => blockRequest('unblock'),
  'PATCH /api/v1/admin/:site/users/:id': (_, { site, user }) =>
    json(`/api/v1/admin/${site}/users/${user}`, { kyc: 'approved', reason: 'papers seen' }),
  'POST /api/v1/admin/:site/users/:id/anonymise': (_, { site, user }) =>
    json(`/api/v1/admin/${site}/users/${user}/anonymise`, { reason: 'asked by letter' }),
  'GET /api/v1/auth/callback': async ({ own }) => ({ path: await begunSignIn(own.url, 'callback') }),
  'GET /api/v1/auth/complete': async ({ own }) => ({ path: await begunSignIn(own.url, 'complete') }),
  'POST /api/v1/admin/:site/releases/approve': (_, { site, release }) =>
    json(`/api/v1/admin/${site}/releases/approve`, { release_ids: [release] }),
  'POST /api/v1/wallets': signedBinding,
  'POST /api/v1/allocations/:id/wallet': (_, { allocation, wallet }) =>
    json(`/api/v1/allocations/${allocation}/wallet`, { wallet_id: wallet }, { 'idempotency-key': randomUUID() }),
  'POST /api/v1/admin/:site/orders/:id/refunds': (_, { site, paid }) =>
    json(
      `/api/v1/admin/${site}/orders/${paid}/refunds`,
      { amount_minor: '100', reason: 'asked by letter' },
      { 'idempotency-key': randomUUID() },
    ),
  'GET /api/v1/admin/:site/webhook-events': (_, { site }) => ({ path: `/api/v1/admin/${site}/webhook-events` }),
  'POST /api/v1/admin/:site/webhook-events/:id/replay': (_, { site, event }) =>
    json(`/api/v1/admin/${site}/webhook-events/${event}/replay`, { reason: 'mended' }),
  'GET /api/v1/admin/:site/dead-letters': (_, { site }) => ({ path: `/api/v1/admin/${site}/dead-letters` }),
  'POST /api/v1/admin/:site/dead-letters/:id/replay': (_, { site, letter }) =>
    json(`/api/v1/admin/${site}/dead-letters/${letter}/replay`, { reason: 'mended' }),
  'POST /api/v1/admin/:site/orders/:id/review': (_, { site, paid }) =>
    json(`/api/v1/admin/${site}/orders/${paid}/review`, { decision: 'return', reason: 'too late' }),
  'POST /api/v1/admin/:site/orders/:id/clear-warning': (_, { site, paid }) =>
    json(`/api/v1/admin/${site}/orders/${paid}/clear-warning`, {
      warned_at: '2026-01-01T00:00:00.000Z',
      reason: 'asked',
    }),
  'POST /api/v1/admin/:site/orders/:id/restock': (_, { site, paid }) =>
    json(`/api/v1/admin/${site}/orders/${paid}/restock`, { reason: 'sold again' }),
  'POST /api/v1/orders/preview': (_, { tier }) => json('/api/v1/orders/preview', { tier_id: tier, quantity: 1 }),
  'POST /api/v1/orders': ({ own }, { freeTier, wallet }) =>
    json(
      '/api/v1/orders',
      { tier_id: freeTier, tier_version: 1, quantity: 1, wallet_id: wallet, terms_version: own.termsVersion },
      { 'idempotency-key': randomUUID() },
    ),
};

/** The id that `:id` stands for, by the noun before it. */
const NOUNS: Readonly<Record<string, (ids: Ids) => string>> = {
  tiers: ({ tier }) => tier,
  orders: ({ order }) => order,
  wallets: ({ spareWallet }) => spareWallet,
  allocations: ({ allocation }) => allocation,
  releases: ({ release }) => release,
  sessions: ({ session }) => session,
  users: ({ user }) => user,
};

function fill(path: string, ids: Ids): string {
  return path.replace(':site', ids.site).replace(/([a-z]+)\/:id/, (_, noun: string) => {
    const idOf = NOUNS[noun];
    if (idOf === undefined) throw new TypeError(`nobody said which id goes into ${path}`);
    return `${noun}/${idOf(ids)}`;
  });
}

/** A valid request to a route. @throws TypeError when nobody said what to put into its path */
export async function makeRequest(route: string, world: World, ids: Ids): Promise<RouteRequest> {
  const [, path = ''] = route.split(' ');
  const maker = MAKERS[route];
  return maker === undefined ? { path: fill(path, ids) } : maker(world, ids);
}

/** Whether a request to this route names objects by id: these must look alike whether they are another's or nobody's. */
export async function hasIds(route: string, world: World): Promise<boolean> {
  const { path, body = '' } = await makeRequest(route, world, world.ids);
  return Object.values(world.ids).some((id: string) => `${path} ${body}`.includes(id)) && !path.includes('/webhooks/');
}

/** The buyer's signature under a challenge that the own site gave to a browser. */
async function signedChallenge({ own, buyer }: World): Promise<RouteRequest> {
  const browser = new ApiVisitor(own.url);
  const { body } = await browser.post<Nonce>('/auth/nonce', { address: buyer.address });
  const account = privateKeyToAccount(buyer.privateKey as `0x${string}`);
  const signature = await account.signMessage({ message: body.message });
  return { ...json('/api/v1/auth/wallet', { message: body.message, signature }), cookie: browser.cookie };
}

/** A sign-in by e-mail that the own site began in another browser, with the state it has. */
async function begunSignIn(origin: string, step: 'callback' | 'complete'): Promise<string> {
  const { next } = await new WebBrowser().open(loginUrl(origin), { stopAt: () => true });
  const state = next?.searchParams.get('state') ?? '';
  return `/api/v1/auth/${step}?${new URLSearchParams({ state, code: 'code' }).toString()}`;
}

/** The buyer's signature under a challenge to bind the wallet that is bound already, given to another browser. */
async function signedBinding({ own, buyer, tokens }: World): Promise<RouteRequest> {
  const browser = new ApiVisitor(own.url);
  const asked = { address: buyer.address, purpose: 'bind' };
  const { body } = await browser.post<Nonce>('/auth/nonce', asked, { cookie: `${SESSION_COOKIE}=${tokens.buyer}` });
  const account = privateKeyToAccount(buyer.privateKey as `0x${string}`);
  const signature = await account.signMessage({ message: body.message });
  return { ...json('/api/v1/wallets', { message: body.message, signature }), cookie: browser.cookie };
}

/** An event of the payment provider about this site, of a type on which nobody acts. */
function stripeEvent(site: string): RouteRequest {
  const eventId = `evt_${randomUUID()}`;
  const now = Math.floor(Date.now() / 1_000);
  const object = { id: `pi_${randomUUID()}`, object: 'payment_intent', metadata: { site } };
  const body = JSON.stringify({
    ...{ id: eventId, object: 'event', api_version: null, created: now, livemode: false },
    ...{ pending_webhooks: 1, request: null, type: 'payment_intent.processing', data: { object } },
  });
  const mac = createHmac('sha256', useStack().stripe.webhookSecret).update(`${now}.${body}`).digest('hex');
  return {
    path: '/api/v1/webhooks/stripe',
    body,
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${now},v1=${mac}` },
    eventId,
  };
}

/** An event of the custodian, signed with the stand-in's own key, of a type on which nobody acts. */
async function fireblocksEvent(): Promise<RouteRequest> {
  const eventId = randomUUID();
  const store = openStore(join(useStack().folder, 'standins.sqlite'));
  try {
    const body = JSON.stringify({ id: eventId, eventType: 'vault_account.created', data: {} });
    const headers = { 'fireblocks-webhook-signature': await signBody(body, await loadKeys(store)) };
    return { path: '/api/v1/webhooks/fireblocks', body, headers, eventId };
  } finally {
    store.close();
  }
}
