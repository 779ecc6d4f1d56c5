import { randomUUID } from 'node:crypto';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { newBuyer, type Buyer } from '../../harness/buyer.ts';
import { tokenOf } from '../../isolation/route_actor.ts';
import type { Nonce } from '../../../worker/auth/shape.ts';
import { ask, type AskOptions } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { sendWire } from '../wire.ts';
import { newAccount } from './sign.ts';
import { stale } from './stale.ts';
import { forge } from './token.ts';
import { sessionOf, type World } from './world.ts';

const NONCE: Refusal = '401 auth.nonce_invalid';
const SIGN_IN: Refusal = '401 auth.required';
const STALE: Refusal = '403 auth.fresh_required';

/** What a buyer who just signed in would send to bind a wallet. */
interface Binding {
  buyer: Buyer;
  account: PrivateKeyAccount;
  message: string;
  signature: string;
}

async function binding(world: World, account = newAccount(), purpose = 'bind'): Promise<Binding> {
  const buyer = await newBuyer(world.site);
  const { status, body } = await buyer.visitor.post<Nonce>('/auth/nonce', { address: account.address, purpose });
  if (status !== 200) throw new Error(`/auth/nonce answered ${status}: ${JSON.stringify(body)}`);
  return { buyer, account, message: body.message, signature: await account.signMessage({ message: body.message }) };
}

const bind = ({ site }: World, { buyer, message, signature }: Binding, options: AskOptions = {}) =>
  ask('POST', site.url, '/wallets', { cookie: buyer.visitor.cookie, body: { message, signature }, ...options });

const cookieNamed = ({ visitor }: Buyer, name: string) =>
  visitor.cookie.split('; ').find((pair) => pair.startsWith(`__Host-posx_${name}=`)) ?? '';

const refused = (place: string, name: string, refusal: Refusal, request: Attack<World>['request']): Attack<World> => ({
  name,
  place,
  refusal,
  request,
});

const binds: [string, Refusal, Attack<World>['request']][] = [
  [
    'another wallet’s signature',
    '401 auth.signature_invalid',
    async (world) => {
      const made = await binding(world);
      return bind(world, { ...made, signature: await newAccount().signMessage({ message: made.message }) });
    },
  ],
  ['a challenge for signing in', NONCE, async (world) => bind(world, await binding(world, newAccount(), 'sign_in'))],
  [
    'a challenge that names another account',
    '400 auth.message_invalid',
    async (world) => {
      const made = await binding(world);
      const message = made.message.replace(made.buyer.me.id, world.victim.me.id);
      return bind(world, { ...made, message, signature: await made.account.signMessage({ message }) });
    },
  ],
  [
    'a challenge that was asked for another account, in the same browser',
    NONCE,
    async (world) => {
      const made = await binding(world);
      const other = await newBuyer(world.site);
      const cookie = `${cookieNamed(other, 'session')}; ${cookieNamed(made.buyer, 'nonce')}`;
      return bind(world, made, { cookie });
    },
  ],
  [
    'a challenge of another browser',
    NONCE,
    async (world) => {
      const made = await binding(world);
      return bind(world, made, { cookie: `${cookieNamed(made.buyer, 'session')}; __Host-posx_nonce=1` });
    },
  ],
  [
    'no browser’s cookie',
    NONCE,
    async (world) => {
      const made = await binding(world);
      return bind(world, made, { cookie: cookieNamed(made.buyer, 'session') });
    },
  ],
  [
    'a challenge that was used',
    NONCE,
    async (world) => {
      const made = await binding(world);
      const first = await sendWire(Number(new URL(world.site.url).port), bind(world, made));
      if (first.status !== 201) throw new Error(`the first use was answered ${first.status}`);
      return bind(world, made);
    },
  ],
  [
    'no session',
    SIGN_IN,
    async (world) => {
      const made = await binding(world);
      return bind(world, made, { cookie: cookieNamed(made.buyer, 'nonce') });
    },
  ],
  [
    'a session that nobody proved for twenty minutes',
    STALE,
    async (world) => {
      const made = await binding(world);
      const session = await stale(tokenOf(made.buyer.visitor));
      return bind(world, made, { cookie: `${session}; ${cookieNamed(made.buyer, 'nonce')}` });
    },
  ],
  [
    'a page of another site',
    '403 auth.origin',
    async (world) => bind(world, await binding(world), { origin: world.other.url }),
  ],
  [
    'the wallet of an agent, who holds its key but has more than that to lose',
    '409 wallet.taken',
    async (world) =>
      bind(world, await binding(world, privateKeyToAccount(world.site.agents[1].privateKey as `0x${string}`))),
  ],
  [
    'a typed address without a signature',
    '400 request.malformed',
    ({ site, buyer }) =>
      ask('POST', site.url, '/wallets', { cookie: buyer.visitor.cookie, body: { address: newAccount().address } }),
  ],
];

/** Whose wallet the buyer reaches for. */
const targets: [string, Refusal, (world: World) => string][] = [
  ['the wallet of somebody else', '404 wallet.unknown', ({ victim }) => victim.walletId],
  ['a wallet of another site', '404 wallet.unknown', ({ gatedBuyer }) => gatedBuyer.walletId],
  ['a wallet of nobody', '404 wallet.unknown', () => randomUUID()],
  ['an id that is none', '400 request.malformed', () => 'all'],
];

const changes: { place: string; method: string; path: (id: string) => string }[] = [
  { place: 'POST /wallets/{id}/primary', method: 'POST', path: (id) => `/wallets/${id}/primary` },
  { place: 'DELETE /wallets/{id}', method: 'DELETE', path: (id) => `/wallets/${id}` },
];

const reaches = changes.flatMap(({ place, method, path }): Attack<World>[] => [
  ...targets.map(([name, refusal, target]) =>
    refused(place, name, refusal, async (world) =>
      ask(method, world.site.url, path(target(world)), { cookie: (await newBuyer(world.site)).visitor.cookie }),
    ),
  ),
  refused(
    place,
    'the own wallet, with a session that nobody proved for twenty minutes',
    STALE,
    async ({ site, victim }) =>
      ask(method, site.url, path(victim.walletId), { cookie: await stale(tokenOf(victim.visitor)) }),
  ),
  refused(place, 'the own wallet, without a session', SIGN_IN, ({ site, victim }) =>
    ask(method, site.url, path(victim.walletId)),
  ),
  refused(place, 'the own wallet, with the same person’s session of another site', SIGN_IN, ({ site, buyer, tokens }) =>
    ask(method, site.url, path(buyer.walletId), { cookie: sessionOf(tokens.elsewhere) }),
  ),
  refused(place, 'the own wallet, from a page of the attacker', '403 auth.origin', ({ site, victim }) =>
    ask(method, site.url, path(victim.walletId), { cookie: victim.visitor.cookie, origin: 'https://evil.example' }),
  ),
  refused(place, 'with a token in place of a fresh session', STALE, (world) =>
    ask(method, world.site.url, path(randomUUID()), {
      headers: [['Authorization', `Bearer ${forge(world.issuer, world.person)}`]],
    }),
  ),
]);

const challenges: [string, Refusal, Attack<World>['request']][] = [
  [
    'binding without a session',
    SIGN_IN,
    ({ site }) => ask('POST', site.url, '/auth/nonce', { body: { address: newAccount().address, purpose: 'bind' } }),
  ],
  [
    'binding with a session that nobody proved for twenty minutes',
    STALE,
    async ({ site, victim }) =>
      ask('POST', site.url, '/auth/nonce', {
        cookie: await stale(tokenOf(victim.visitor)),
        body: { address: newAccount().address, purpose: 'bind' },
      }),
  ],
  [
    'a purpose that there is none',
    '400 request.malformed',
    ({ site }) => ask('POST', site.url, '/auth/nonce', { body: { address: newAccount().address, purpose: 'admin' } }),
  ],
  [
    'the address of the site’s token',
    '422 wallet.forbidden_address',
    ({ site }) => ask('POST', site.url, '/auth/nonce', { body: { address: site.token.toLowerCase() } }),
  ],
  [
    'the zero address',
    '422 wallet.forbidden_address',
    ({ site }) => ask('POST', site.url, '/auth/nonce', { body: { address: `0x${'0'.repeat(40)}` } }),
  ],
];

/** What a buyer's tokens go to: nobody else adds to it, takes from it, or chooses. */
export const wallet: Family<World> = {
  name: 'wallets',
  attacks: [
    ...binds.map(([name, refusal, request]) => refused('POST /wallets', name, refusal, request)),
    ...reaches,
    ...challenges.map(([name, refusal, request]) => refused('POST /auth/nonce', name, refusal, request)),
    refused('POST /auth/wallet', 'a challenge for binding', NONCE, async (world) => {
      const { buyer, message, signature } = await binding(world);
      return ask('POST', world.site.url, '/auth/wallet', {
        cookie: buyer.visitor.cookie,
        body: { message, signature },
      });
    }),
    refused('DELETE /wallets/{id}', 'the last way in', '409 auth.last_way', async ({ site }) => {
      const buyer = await newBuyer(site);
      return ask('DELETE', site.url, `/wallets/${buyer.walletId}`, { cookie: buyer.visitor.cookie });
    }),
    refused('GET /wallets', 'no session', SIGN_IN, ({ site }) => ask('GET', site.url, '/wallets')),
    refused('GET /wallets, platform', 'an operator', '404 request.not_found', ({ platform, tokens }) =>
      ask('GET', platform, '/wallets', { cookie: sessionOf(tokens.owner) }),
    ),
  ],
  controls: [
    {
      name: 'the challenge, signed by the wallet, in the browser and session that asked',
      place: 'POST /wallets',
      status: 201,
      request: async (world) => bind(world, await binding(world)),
    },
  ],
};
