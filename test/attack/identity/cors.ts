import { ask } from '../ask.ts';
import type { Attack, Family } from '../attack.ts';
import type { WireAnswer } from '../wire.ts';
import { sessionOf, type World } from './world.ts';

/** No page elsewhere may read, whatever the answer is. */
const unread = ({ headers }: WireAnswer): string | null => {
  const told = Object.keys(headers).filter((name) => name.startsWith('access-control-allow'));
  return told.length === 0 ? null : `allowed by ${told.join(', ')}`;
};

const origins: [string, (world: World) => string][] = [
  ['a page of the attacker', () => 'https://evil.example'],
  ['a page of another site', ({ other }) => other.url],
  ['a page of the platform', ({ platform }) => platform],
  ['a page below the site’s name', ({ site }) => site.url.replace('//', '//evil.')],
  ['a page whose name begins as the site’s', ({ site }) => `${site.url}.evil.example`],
  ['a page without an origin', () => 'null'],
  ['a star', () => '*'],
];

const preflight = ([name, origin]: (typeof origins)[number], path: string, method: string): Attack<World> => ({
  name: `${name} asking to ${method} with a cookie`,
  place: `OPTIONS ${path}`,
  refusal: '405 request.method',
  also: unread,
  request: (world) =>
    ask('OPTIONS', world.site.url, path, {
      origin: origin(world),
      headers: [
        ['Access-Control-Request-Method', method],
        ['Access-Control-Request-Headers', 'authorization, content-type'],
      ],
    }),
});

/** A refusal may be read by no page elsewhere either. */
const read = ([name, origin]: (typeof origins)[number]): Attack<World> => ({
  name: `${name} reading an answer`,
  place: 'GET /me',
  refusal: '401 auth.required',
  also: unread,
  request: (world) =>
    ask('GET', world.site.url, '/me', { origin: origin(world), cookie: sessionOf(world.tokens.revoked) }),
});

export const cors: Family<World> = {
  name: 'reading elsewhere',
  attacks: origins.flatMap((each) => [preflight(each, '/orders', 'POST'), preflight(each, '/me', 'GET'), read(each)]),
};
