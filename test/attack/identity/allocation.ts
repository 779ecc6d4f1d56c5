import { randomUUID } from 'node:crypto';
import { newBuyer } from '../../harness/buyer.ts';
import { tokenOf } from '../../isolation/route_actor.ts';
import { ask, type AskOptions } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { stale } from './stale.ts';
import { forge } from './token.ts';
import { sessionOf, type World } from './world.ts';

const PLACE = 'POST /allocations/{id}/wallet';

/** Asks to send the victim's tokens, or another allocation's, elsewhere. */
const redirect = ({ site, allocation }: World, walletId: string, options: AskOptions, id = allocation) =>
  ask('POST', site.url, `/allocations/${id}/wallet`, {
    body: { wallet_id: walletId },
    ...options,
    headers: [['Idempotency-Key', randomUUID()], ...(options.headers ?? [])],
  });

const attempts: [string, Refusal, Attack<World>['request']][] = [
  [
    'the allocation of somebody else, to the own wallet',
    '404 allocation.unknown',
    async (world) => {
      const thief = await newBuyer(world.site);
      return redirect(world, thief.walletId, { cookie: thief.visitor.cookie });
    },
  ],
  [
    'the own allocation, to the wallet of somebody else',
    '422 user.wallet_unknown',
    (world) => redirect(world, world.buyer.walletId, { cookie: world.victim.visitor.cookie }),
  ],
  [
    'the own allocation, to a wallet of nobody',
    '422 user.wallet_unknown',
    (world) => redirect(world, randomUUID(), { cookie: world.victim.visitor.cookie }),
  ],
  [
    'an allocation of nobody',
    '404 allocation.unknown',
    (world) => redirect(world, world.victim.walletId, { cookie: world.victim.visitor.cookie }, randomUUID()),
  ],
  [
    'a session that nobody proved for twenty minutes',
    '403 auth.fresh_required',
    async (world) => redirect(world, world.victim.walletId, { cookie: await stale(tokenOf(world.victim.visitor)) }),
  ],
  ['no session', '401 auth.required', (world) => redirect(world, world.victim.walletId, {})],
  [
    'an operator’s cookie',
    '401 auth.required',
    (world) => redirect(world, world.victim.walletId, { cookie: sessionOf(world.tokens.owner) }),
  ],
  [
    'a token in place of a fresh session',
    '403 auth.fresh_required',
    (world) =>
      redirect(world, world.victim.walletId, {
        headers: [['Authorization', `Bearer ${forge(world.issuer, world.person)}`]],
      }),
  ],
  [
    'a page of the attacker',
    '403 auth.origin',
    (world) =>
      redirect(world, world.victim.walletId, { cookie: world.victim.visitor.cookie, origin: 'https://evil.example' }),
  ],
  [
    'an address in place of a wallet',
    '400 request.malformed',
    ({ site, allocation, victim, buyer }) =>
      ask('POST', site.url, `/allocations/${allocation}/wallet`, {
        cookie: victim.visitor.cookie,
        body: { wallet_address: buyer.address },
        headers: [['Idempotency-Key', randomUUID()]],
      }),
  ],
  [
    'no Idempotency-Key',
    '400 idempotency.required',
    ({ site, allocation, victim }) =>
      ask('POST', site.url, `/allocations/${allocation}/wallet`, {
        cookie: victim.visitor.cookie,
        body: { wallet_id: victim.walletId },
      }),
  ],
];

/** Where a buyer's payouts go. */
export const allocation: Family<World> = {
  name: 'payouts',
  attacks: [
    ...attempts.map(([name, refusal, request]): Attack<World> => ({ name, place: PLACE, refusal, request })),
    {
      name: 'the allocation of somebody else',
      place: 'GET /allocations/{id}',
      refusal: '404 allocation.unknown',
      request: ({ site, allocation: id, buyer }) =>
        ask('GET', site.url, `/allocations/${id}`, { cookie: buyer.visitor.cookie }),
    },
  ],
  controls: [
    {
      name: 'the own allocation, read',
      place: 'GET /allocations/{id}',
      status: 200,
      request: ({ site, allocation: id, victim }) =>
        ask('GET', site.url, `/allocations/${id}`, { cookie: victim.visitor.cookie }),
    },
  ],
};
