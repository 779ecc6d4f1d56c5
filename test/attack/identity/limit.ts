import { randomUUID } from 'node:crypto';
import { newBuyer, orderBody } from '../../harness/buyer.ts';
import { withClient } from '../../harness/database.ts';
import { ask, newClientAddress } from '../ask.ts';
import type { Family, Race } from '../attack.ts';
import { outcomeOf } from '../run.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import { newAccount } from './sign.ts';
import type { World } from './world.ts';

const LIMITED = '429 request.rate_limited';

/** Twice what a minute allows and one more: the minute may turn meanwhile, and at least one is then still too many. */
const flood = (allowed: number, request: (index: number) => WireRequest): WireRequest[] =>
  Array.from({ length: 2 * allowed + 1 }, (_, index) => request(index));

/** Some got through, as many as a minute allows at least; who did not is told when to come again. */
function judge(allowed: number, answers: readonly WireAnswer[]): string | null {
  const limited = answers.filter((answer) => outcomeOf(answer) === LIMITED);
  if (limited.length === 0) return 'nothing was too much';
  if (answers.length - limited.length < allowed) return `only ${answers.length - limited.length} got through`;
  const mute = limited.find(({ headers }) => !(Number(headers['retry-after']) > 0));
  return mute === undefined ? null : 'no Retry-After';
}

const countRows = (table: 'auth_nonces' | 'orders', { site }: World) =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table} where site_id = $1`, [
      site.siteId,
    ]);
    return rows[0]?.n ?? 0;
  });

/** How many rows there were when the flood began. */
const before = new WeakMap<World, number>();

const races: Race<World>[] = [
  {
    name: 'sign-ins begun without end from one address',
    place: 'POST /auth/nonce',
    requests: async (world) => {
      before.set(world, await countRows('auth_nonces', world));
      const clientAddress = newClientAddress();
      return flood(30, () =>
        ask('POST', world.site.url, '/auth/nonce', { body: { address: newAccount().address }, clientAddress }),
      );
    },
    judge: async (answers, world) => {
      const through = answers.filter(({ status }) => status === 200).length;
      const written = (await countRows('auth_nonces', world)) - (before.get(world) ?? 0);
      return (
        judge(30, answers) ?? (written === through ? null : `${through} got through, and ${written} rows were written`)
      );
    },
  },
  {
    name: 'sign-ins begun from many addresses of one network',
    place: 'POST /auth/nonce, IPv6',
    requests: ({ site }) => {
      const network = newClientAddress().replace(/1$/, '');
      return Promise.resolve(
        flood(30, (index) =>
          ask('POST', site.url, '/auth/nonce', {
            body: { address: newAccount().address },
            clientAddress: `${network}${(index + 1).toString(16)}`,
          }),
        ),
      );
    },
    judge: (answers) => judge(30, answers),
  },
  {
    name: 'sign-ins begun under a forwarded address each',
    place: 'POST /auth/nonce, X-Forwarded-For',
    requests: ({ site }) => {
      const clientAddress = newClientAddress();
      return Promise.resolve(
        flood(30, (index) =>
          ask('POST', site.url, '/auth/nonce', {
            body: { address: newAccount().address },
            clientAddress,
            headers: [
              ['X-Forwarded-For', `198.51.100.${index}`],
              ['True-Client-IP', `198.51.100.${index}`],
              ['X-Real-IP', `198.51.100.${index}`],
            ],
          }),
        ),
      );
    },
    judge: (answers) => judge(30, answers),
  },
  {
    name: 'signatures of one wallet guessed without end',
    place: 'POST /auth/wallet',
    requests: ({ site }) => {
      const clientAddress = newClientAddress();
      const message = `${newAccount().address} signs in`;
      return Promise.resolve(
        flood(10, (index) =>
          ask('POST', site.url, '/auth/wallet', {
            clientAddress,
            cookie: '__Host-posx_nonce=1',
            body: { message, signature: `0x${index.toString(16).padStart(130, '0')}` },
          }),
        ),
      );
    },
    judge: (answers) => judge(10, answers),
  },
  {
    name: 'signatures of one wallet guessed, the signature written first',
    place: 'POST /auth/wallet, another order',
    requests: ({ site }) => {
      const clientAddress = newClientAddress();
      const message = `${newAccount().address} signs in`;
      return Promise.resolve(
        flood(10, (index) =>
          ask('POST', site.url, '/auth/wallet', {
            clientAddress,
            cookie: '__Host-posx_nonce=1',
            body: { signature: `0x${(index + 1).toString(16).padEnd(130, 'a')}`, message },
          }),
        ),
      );
    },
    judge: (answers) => judge(10, answers),
  },
  {
    name: 'orders of one buyer without end, from an address each',
    place: 'POST /orders',
    requests: async ({ site }) => {
      const buyer = await newBuyer(site);
      return flood(10, () =>
        ask('POST', site.url, '/orders', {
          cookie: buyer.visitor.cookie,
          body: { ...orderBody(buyer, site), tier_version: 99 },
          headers: [['Idempotency-Key', randomUUID()]],
        }),
      );
    },
    judge: (answers) => judge(10, answers),
  },
];

/** What comes too often is refused before anything is read or written for it. */
export const limit: Family<World> = { name: 'limits', attacks: [], races };
