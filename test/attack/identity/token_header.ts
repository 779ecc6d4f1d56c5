import { randomUUID } from 'node:crypto';
import { byHmac, byPss, byRsa, encode, strangerKey, type Issuer, type Twist } from './token.ts';

/** A member of the header, signed by the provider all the same: it must be refused for itself. */
const header = (name: string, members: Record<string, unknown>): [string, Twist] => [name, { header: members }];

const unsigned = (alg: unknown): Twist => ({ header: { alg }, seal: () => '' });

const algorithms: [string, Twist][] = [
  ...['none', 'None', 'NONE', 'nOnE', ''].map((alg): [string, Twist] => [
    `no signature, algorithm “${alg}”`,
    unsigned(alg),
  ]),
  ['no signature and no algorithm', unsigned(undefined)],
  ['no signature, algorithm null', unsigned(null)],
  ['algorithm none and the provider’s signature', { header: { alg: 'none' } }],
  [
    'HS256 with the public key as PEM',
    { header: { alg: 'HS256' }, seal: (data, { publicPem }) => byHmac(data, publicPem) },
  ],
  [
    'HS256 with the public key as PEM without its last line break',
    { header: { alg: 'HS256' }, seal: (data, { publicPem }) => byHmac(data, publicPem.trim()) },
  ],
  [
    'HS256 with the public key as JWK',
    { header: { alg: 'HS256' }, seal: (data, { publicJwk }) => byHmac(data, JSON.stringify(publicJwk)) },
  ],
  [
    'HS256 with the modulus',
    {
      header: { alg: 'HS256' },
      seal: (data, { publicJwk }) => byHmac(data, Buffer.from(String(publicJwk['n']), 'base64url')),
    },
  ],
  ['HS256 with an empty secret', { header: { alg: 'HS256' }, seal: (data) => byHmac(data, '') }],
  ['RS256 in its header and an HMAC with the public key', { seal: (data, { publicPem }) => byHmac(data, publicPem) }],
  ['PS256', { header: { alg: 'PS256' }, seal: byPss }],
  ['RS256 in its header and a PSS signature', { seal: byPss }],
  header('RS384', { alg: 'RS384' }),
  header('RS512', { alg: 'RS512' }),
  header('ES256', { alg: 'ES256' }),
  header('EdDSA', { alg: 'EdDSA' }),
  header('the algorithm in lower case', { alg: 'rs256' }),
  header('the algorithm with a space', { alg: 'RS256 ' }),
  header('a list of algorithms', { alg: ['RS256', 'none'] }),
  header('no type', { typ: undefined }),
  header('the type of a logout token', { typ: 'logout+jwt' }),
  header('the type of a proof of possession', { typ: 'dpop+jwt' }),
];

const extensions: [string, Twist][] = [
  header('crit naming a claim', { crit: ['exp'] }),
  header('crit naming nothing', { crit: [] }),
  header('crit naming an extension', { crit: ['http://evil.example/ext'], 'http://evil.example/ext': true }),
  header('b64 switched off', { b64: false }),
  header('b64 switched off, and critical', { b64: false, crit: ['b64'] }),
  header('zip', { zip: 'DEF' }),
  header('enc', { enc: 'A256GCM' }),
  header('p2c, many rounds', { p2c: 2_147_483_647, crit: ['p2c'] }),
];

const byStranger: Twist['seal'] = (data) => byRsa(data, strangerKey.privateKey);
const strangerJwk = strangerKey.publicKey.export({ format: 'jwk' });

const embedded: [string, Twist][] = [
  ['jwk with the key it is signed by', { header: { jwk: strangerJwk }, seal: byStranger }],
  ['jwk with the key it is signed by, and no kid', { header: { jwk: strangerJwk, kid: undefined }, seal: byStranger }],
  ['jku at the attacker’s', { header: { jku: 'https://evil.example/jwks.json' }, seal: byStranger }],
  ['jku at an address inside', { header: { jku: 'http://127.0.0.1:1/jwks.json' }, seal: byStranger }],
  header('jku at the provider’s own', { jku: 'https://login.example/.well-known/jwks.json' }),
  header('x5u', { x5u: 'https://evil.example/chain.pem' }),
  header('x5c', { x5c: ['MIIB'] }),
  header('x5t', { x5t: 'AAAA' }),
  header('x5t#S256', { 'x5t#S256': 'AAAA' }),
];

const kid = (name: string, value: unknown): [string, Twist] => [
  `kid ${name}`,
  { header: { kid: value }, seal: byStranger },
];

const keyIds: [string, Twist][] = [
  kid('left out', undefined),
  kid('empty', ''),
  kid('null', null),
  kid('a number', 0),
  kid('a list', ['a']),
  kid('an object', { toString: 'a' }),
  kid('a path', '../../../../../../dev/null'),
  kid('SQL', "x' union select 'secret' --"),
  kid('a command', '|whoami'),
  kid('an address', 'https://evil.example/key.pem'),
  kid('with a NUL', 'a\0b'),
  kid('__proto__', '__proto__'),
  kid('constructor', 'constructor'),
  kid('nobody’s', randomUUID()),
  kid('of 7,000 letters', 'k'.repeat(7_000)),
];

const flip = (token: string, part: number): string => {
  const parts = token.split('.');
  const text = parts[part] ?? '';
  const at = Math.floor(text.length / 2);
  parts[part] = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  return parts.join('.');
};

/** The token again with other claims under the old signature. */
const withClaims = (token: string, change: Record<string, unknown>): string => {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return [head, encode({ ...claims, ...change }), signature].join('.');
};

const signatures: [string, Twist][] = [
  ['another’s signature under the provider’s kid', { seal: byStranger }],
  ['no signature', { seal: () => '' }],
  ['a signature of zeros', { seal: () => new Uint8Array(256) }],
  ['half a signature', { seal: (data, { privateKey }: Issuer) => byRsa(data, privateKey).subarray(0, 128) }],
  ['the signature of another token', { seal: (data, { privateKey }: Issuer) => byRsa(`${data}a`, privateKey) }],
  ['a letter of its header changed', { token: (token) => flip(token, 0) }],
  ['a letter of its payload changed', { token: (token) => flip(token, 1) }],
  ['a letter of its signature changed', { token: (token) => flip(token, 2) }],
  ['somebody else’s sub put in', { token: (token) => withClaims(token, { sub: 'auth0|eve' }) }],
  ['a later end put in', { token: (token) => withClaims(token, { exp: 4_102_444_800 }) }],
  ['more scope put in', { token: (token) => withClaims(token, { scope: 'read:orders write:orders' }) }],
];

const forms: [string, Twist][] = [
  ['one part', { token: (token) => token.split('.')[0] ?? '' }],
  ['two parts', { token: (token) => token.split('.').slice(0, 2).join('.') }],
  ['an empty third part', { token: (token) => `${token.split('.').slice(0, 2).join('.')}.` }],
  ['four parts', { token: (token) => `${token}.a` }],
  ['the five parts of an encrypted one', { token: (token) => `${token}.a.b` }],
  ['a dot before it', { token: (token) => `.${token}` }],
  ['padding in it', { token: (token) => token.replace('.', '=.') }],
  ['a space in it', { token: (token) => token.replace('.', ' .') }],
  ['letters of plain Base64 in it', { token: (token) => token.replace('.', '+/.') }],
  ['the JSON serialization', { token: (token) => JSON.stringify({ payload: token.split('.')[1] }) }],
  ['9,000 letters', { claims: { padding: 'x'.repeat(9_000) } }],
  ['a header that is no JSON', { token: (token) => token.replace(/^[^.]+/, encode('{"alg":')) }],
  ['a header that is a list', { token: (token) => token.replace(/^[^.]+/, encode([])) }],
  ['a header that is no UTF-8', { token: (token) => token.replace(/^[^.]+/, encode(Buffer.from([0xff, 0xfe]))) }],
];

/** Tokens whose header, signature or form is not the provider’s. */
export const headerTwists: readonly [string, Twist][] = [
  ...algorithms,
  ...extensions,
  ...embedded,
  ...keyIds,
  ...signatures,
  ...forms,
];
