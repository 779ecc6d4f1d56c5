import { randomUUID } from 'node:crypto';
import { copySession } from '../../isolation/route_actor.ts';
import { ask } from '../ask.ts';
import type { Attack, Control, Family, Refusal } from '../attack.ts';
import { sessionOf, type World } from './world.ts';

/** A route that reads a body. */
interface Reader {
  place: string;
  path: (world: World) => string;
  origin?: (world: World) => string;
  cookie?: (world: World) => string | Promise<string>;
  headers?: () => [string, string][];
  /** An honest one. */
  body: (world: World) => Record<string, unknown>;
  /** A field of it that holds a text of a certain form, and one that holds any text. */
  text: string;
  free?: string;
  /** Says that `text` may be any text. */
  anyText?: true;
}

const NOBODY = '01890000-0000-7000-8000-000000000000';

const readers: Reader[] = [
  {
    place: 'POST /auth/nonce',
    path: () => '/auth/nonce',
    body: ({ buyer }) => ({ address: buyer.address }),
    text: 'address',
  },
  {
    place: 'POST /auth/wallet',
    path: () => '/auth/wallet',
    cookie: () => '__Host-posx_nonce=1',
    body: () => ({ message: 'hello', signature: '0x00' }),
    text: 'signature',
    free: 'message',
  },
  {
    place: 'POST /orders',
    path: () => '/orders',
    // A session each: how often one may order is another matter.
    cookie: async ({ tokens }) => sessionOf(await copySession(tokens.buyer)),
    headers: () => [['Idempotency-Key', randomUUID()]],
    // The wallet is nobody's: a body that gets through is still no order.
    body: ({ site }) => ({
      tier_id: site.tiers[0].id,
      tier_version: 1,
      quantity: 1,
      wallet_id: NOBODY,
      terms_version: site.termsVersion,
    }),
    text: 'tier_id',
    free: 'terms_version',
  },
  {
    place: 'POST /orders/preview',
    path: () => '/orders/preview',
    body: ({ site }) => ({ tier_id: site.tiers[0].id, quantity: 1 }),
    text: 'tier_id',
  },
  {
    place: 'POST /admin/{site}/releases/approve',
    path: ({ site }) => `/admin/${site.code}/releases/approve`,
    origin: ({ platform }) => platform,
    cookie: ({ tokens }) => sessionOf(tokens.owner),
    body: () => ({ release_ids: [NOBODY] }),
    text: 'release_ids',
  },
  {
    place: 'POST /admin/{site}/users/{id}/anonymise',
    path: ({ site }) => `/admin/${site.code}/users/${NOBODY}/anonymise`,
    origin: ({ platform }) => platform,
    cookie: ({ tokens }) => sessionOf(tokens.owner),
    body: () => ({ reason: 'an attack' }),
    text: 'reason',
    anyText: true,
  },
  {
    place: 'POST /platform/users/{sub}/block',
    path: () => `/platform/users/${encodeURIComponent(`auth0|${NOBODY}`)}/block`,
    origin: ({ platform }) => platform,
    cookie: ({ administrator }) => sessionOf(administrator),
    body: () => ({ reason: 'an attack' }),
    text: 'reason',
    anyText: true,
  },
];

const KIB = 1_024;
const MALFORMED: Refusal = '400 request.malformed';
const MEDIA: Refusal = '415 request.unsupported_media';

/** Texts that are no text, wherever one may stand. */
const texts: [string, string][] = [
  ['a NUL', '\0'],
  ['half a surrogate pair', '\ud800'],
];

const SQL = 'a text that continues as SQL';

/** What is done to the honest body, and what it is sent as. */
interface Twist {
  name: string;
  refusal: Refusal;
  write: (body: Record<string, unknown>, text: string) => string | Uint8Array;
  contentType?: string | null;
}

const json =
  (write: (body: Record<string, unknown>, text: string) => unknown) => (body: Record<string, unknown>, text: string) =>
    JSON.stringify(write(body, text));

/** Written by hand: a literal's `__proto__` would set what it inherits from, and no key. */
const withKey = (key: string, value: string) => (body: Record<string, unknown>) =>
  JSON.stringify(body).replace(/^\{/, `{${JSON.stringify(key)}:${value},`);

const twists: Twist[] = [
  { name: 'an unknown field', refusal: MALFORMED, write: json((body) => ({ ...body, admin: true })) },
  {
    name: 'a field that the server fills in',
    refusal: MALFORMED,
    write: json((body) => ({ ...body, site_id: NOBODY })),
  },
  { name: 'a number for a text', refusal: MALFORMED, write: json((body, text) => ({ ...body, [text]: 1 })) },
  {
    name: 'an object for a text',
    refusal: MALFORMED,
    write: json((body, text) => ({ ...body, [text]: { $ne: null } })),
  },
  {
    name: 'a list of lists for a text',
    refusal: MALFORMED,
    write: json((body, text) => ({ ...body, [text]: [[body[text]]] })),
  },
  { name: 'null for a text', refusal: MALFORMED, write: json((body, text) => ({ ...body, [text]: null })) },
  {
    name: SQL,
    refusal: MALFORMED,
    write: json((body, text) => ({ ...body, [text]: `${String(body[text])}' or 1=1 --` })),
  },
  { name: 'a field left out', refusal: MALFORMED, write: json((body, text) => ({ ...body, [text]: undefined })) },
  { name: 'no field at all', refusal: MALFORMED, write: () => '{}' },
  { name: 'a key __proto__', refusal: MALFORMED, write: withKey('__proto__', '{"role":"owner"}') },
  { name: 'a key constructor', refusal: MALFORMED, write: withKey('constructor', '{"prototype":{}}') },
  { name: 'a list of the body', refusal: MALFORMED, write: json((body) => [body]) },
  { name: 'the word null', refusal: MALFORMED, write: () => 'null' },
  { name: 'a text of the body', refusal: MALFORMED, write: (body) => JSON.stringify(JSON.stringify(body)) },
  { name: 'no text', refusal: MALFORMED, write: () => '' },
  { name: 'half of the body', refusal: MALFORMED, write: (body) => JSON.stringify(body).slice(0, -1) },
  { name: 'two bodies', refusal: MALFORMED, write: (body) => JSON.stringify(body).repeat(2) },
  {
    name: 'twenty thousand lists in each other',
    refusal: MALFORMED,
    write: () => '['.repeat(20_000) + ']'.repeat(20_000),
  },
  {
    name: 'bytes that are no UTF-8',
    refusal: MALFORMED,
    write: (body) =>
      Buffer.concat([Buffer.from(JSON.stringify(body).slice(0, -2)), Buffer.from([0xff, 0xfe, 0x22, 0x7d])]),
  },
  {
    name: '65 KiB of spaces',
    refusal: '413 request.too_large',
    write: (body) => JSON.stringify(body).padEnd(65 * KIB),
  },
  {
    name: 'a form',
    refusal: MEDIA,
    write: (body) =>
      new URLSearchParams(
        Object.entries(body).map(([key, value]): [string, string] => [key, String(value)]),
      ).toString(),
    contentType: 'application/x-www-form-urlencoded',
  },
  { name: 'JSON as plain text', refusal: MEDIA, write: (body) => JSON.stringify(body), contentType: 'text/plain' },
  { name: 'JSON without a type', refusal: MEDIA, write: (body) => JSON.stringify(body), contentType: null },
  {
    name: 'JSON as multipart',
    refusal: MEDIA,
    write: (body) => JSON.stringify(body),
    contentType: 'multipart/form-data; boundary=x',
  },
  {
    name: 'JSON as a type that only looks like it',
    refusal: MEDIA,
    write: (body) => JSON.stringify(body),
    contentType: 'text/plain; application/json',
  },
];

const sent = async (reader: Reader, world: World, body: string | Uint8Array, contentType?: string | null) =>
  ask('POST', (reader.origin ?? (({ site }: World) => site.url))(world), reader.path(world), {
    body,
    headers: reader.headers?.() ?? [],
    ...(contentType === undefined ? {} : { contentType }),
    ...(reader.cookie === undefined ? {} : { cookie: await reader.cookie(world) }),
  });

/** A text with something in it that is none, in a field of a certain form and in one of any. */
const hostile = (reader: Reader): Attack<World>[] =>
  [reader.text, ...(reader.free === undefined ? [] : [reader.free])].flatMap((field) =>
    texts.map(([name, text]): Attack<World> => ({
      name: `${name} in ${field}`,
      place: reader.place,
      refusal: MALFORMED,
      request: (world) => {
        const body = reader.body(world);
        return sent(reader, world, JSON.stringify({ ...body, [field]: `${String(body[field])}${text}` }));
      },
    })),
  );

/** Bodies are strict: what a route does not ask for, it does not take. */
export const body: Family<World> = {
  name: 'bodies',
  attacks: readers.flatMap((reader) => [
    ...hostile(reader),
    ...twists
      .filter(({ name }) => reader.anyText !== true || name !== SQL)
      .map(({ name, refusal, write, contentType }): Attack<World> => ({
        name,
        place: reader.place,
        refusal,
        request: (world) => sent(reader, world, write(reader.body(world), reader.text), contentType),
      })),
  ]),
  controls: readers
    .filter(({ place }) => !/wallet|orders$|users/.test(place))
    .map((reader): Control<World> => ({
      name: 'the body as it should be',
      place: reader.place,
      status: 200,
      request: (world) => sent(reader, world, JSON.stringify(reader.body(world))),
    })),
};
