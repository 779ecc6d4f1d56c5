import { randomUUID } from 'node:crypto';
import { withClient } from '../../harness/database.ts';
import { hashOf, tokenOf } from '../../isolation/route_actor.ts';
import type { Buyer } from '../../harness/buyer.ts';
import { ask } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { sessionOf, type World } from './world.ts';

const PLACE = 'DELETE /me/sessions/{id}';
const UNKNOWN: Refusal = '404 session.unknown';

const idOf = (token: string): Promise<string> =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from sessions where token_hash = $1', [
      hashOf(token),
    ]);
    return rows[0]?.id ?? '';
  });

const sessionIdOf = ({ visitor }: Buyer) => idOf(tokenOf(visitor));

const targets: [string, Refusal, (world: World) => string | Promise<string>][] = [
  ['the session of somebody else', UNKNOWN, ({ victim }) => sessionIdOf(victim)],
  ['the same person’s session on another site', UNKNOWN, ({ tokens }) => idOf(tokens.elsewhere)],
  ['an operator’s session', UNKNOWN, ({ tokens }) => idOf(tokens.owner)],
  ['a session that was ended', UNKNOWN, ({ tokens }) => idOf(tokens.revoked)],
  ['a session whose time is over', UNKNOWN, ({ tokens }) => idOf(tokens.expired)],
  ['a session of nobody', UNKNOWN, () => randomUUID()],
  ['an id that is none', '400 request.malformed', () => 'all'],
  ['an id that is SQL', '400 request.malformed', () => "x'%20or%20'1'='1"],
];

export const sessionsOfOthers: Family<World> = {
  name: 'others’ sessions',
  attacks: [
    ...targets.map(([name, refusal, target]): Attack<World> => ({
      name,
      place: PLACE,
      refusal,
      request: async (world) =>
        ask('DELETE', world.site.url, `/me/sessions/${await target(world)}`, {
          cookie: sessionOf(tokenOf(world.buyer.visitor)),
        }),
    })),
    ...(['revoked', 'expired', 'elsewhere', 'owner'] as const).map((actor): Attack<World> => ({
      name: `everybody’s other sessions, with a cookie that is ${actor}`,
      place: 'DELETE /me/sessions',
      refusal: '401 auth.required',
      request: ({ site, tokens }) => ask('DELETE', site.url, '/me/sessions', { cookie: sessionOf(tokens[actor]) }),
    })),
    {
      name: 'the list without a session',
      place: 'GET /me/sessions',
      refusal: '401 auth.required',
      request: ({ site }) => ask('GET', site.url, '/me/sessions'),
    },
    {
      name: 'a page elsewhere',
      place: 'DELETE /me/sessions',
      refusal: '403 auth.origin',
      request: ({ site, other, buyer }) =>
        ask('DELETE', site.url, '/me/sessions', { cookie: buyer.visitor.cookie, origin: other.url }),
    },
  ],
  controls: [
    {
      name: 'the own list',
      place: 'GET /me/sessions',
      status: 200,
      request: ({ site, buyer }) => ask('GET', site.url, '/me/sessions', { cookie: buyer.visitor.cookie }),
    },
  ],
};
