import { now, type Twist } from './token.ts';

/** Claims that the provider itself signed. */
const claims = (name: string, members: () => Record<string, unknown>): [string, () => Twist] => [
  name,
  () => ({ claims: members() }),
];

/** Values that no time is. `exp` must hold a whole number of seconds, and so must the others. */
const times = (claim: 'exp' | 'iat' | 'nbf'): [string, () => Twist][] => [
  claims(`${claim} as a text`, () => ({ [claim]: String(now() + (claim === 'exp' ? 600 : 0)) })),
  claims(`${claim} below zero`, () => ({ [claim]: -1 })),
  claims(`${claim} of zero`, () => ({ [claim]: 0 })),
  claims(`${claim} with a fraction`, () => ({ [claim]: now() + (claim === 'exp' ? 600.5 : 0.5) })),
  claims(`${claim} beyond whole numbers`, () => ({ [claim]: 1e21 })),
  claims(`${claim} that is null, as NaN is written`, () => ({ [claim]: Number.NaN })),
  claims(`${claim} in a list`, () => ({ [claim]: [now() + 600] })),
  claims(`${claim} as true`, () => ({ [claim]: true })),
  claims(`${claim} as a date`, () => ({ [claim]: new Date().toISOString() })),
];

const audiences: [string, () => Twist][] = [
  claims('no audience', () => ({ aud: undefined })),
  claims('another API for an audience', () => ({ aud: 'https://api.example.org/' })),
  claims('a client for an audience, as an ID token has', () => ({ aud: 'web' })),
  claims('an audience without its last letter', () => ({ aud: 'https://api.posx.example' })),
  claims('an audience in upper case', () => ({ aud: 'HTTPS://API.POSX.EXAMPLE/' })),
  claims('an audience that begins as ours', () => ({ aud: 'https://api.posx.example/evil' })),
  claims('our audience among others in one text', () => ({ aud: 'https://api.posx.example/ https://evil.example' })),
  claims('no audience in a list', () => ({ aud: [] })),
  claims('our audience in a list of a list', () => ({ aud: [['https://api.posx.example/']] })),
  claims('our audience as an object’s key', () => ({ aud: { 'https://api.posx.example/': true } })),
];

const issuers: [string, () => Twist][] = [
  claims('no issuer', () => ({ iss: undefined })),
  claims('another issuer', () => ({ iss: 'https://evil.example/' })),
  claims('an issuer that is null', () => ({ iss: null })),
  claims('an issuer of another tenant on the same host', () => ({ iss: 'http://127.0.0.1/other/' })),
  claims('an issuer in a list', () => ({ iss: ['https://login.example/'] })),
  claims('an empty issuer', () => ({ iss: '' })),
];

const people: [string, () => Twist][] = [
  claims('no client', () => ({ azp: undefined, client_id: undefined })),
  claims('a client that is a list', () => ({ azp: ['web'] })),
  claims('a client that is empty', () => ({ azp: '' })),
  claims('two clients that disagree', () => ({ client_id: 'another' })),
  claims('no subject', () => ({ sub: undefined })),
  claims('an empty subject', () => ({ sub: '' })),
  claims('a subject that is a number', () => ({ sub: 1 })),
  claims('a subject that is a list', () => ({ sub: ['auth0|eve'] })),
  claims('a subject of 2,000 letters', () => ({ sub: 'a'.repeat(2_000) })),
  claims('another client’s machine for a subject', () => ({ sub: 'another@clients' })),
  claims('no scope', () => ({ scope: undefined })),
  claims('a scope that is a list', () => ({ scope: ['openid'] })),
];

const purposes: [string, () => Twist][] = [
  claims('nonce, as an ID token has', () => ({ nonce: 'a' })),
  claims('at_hash, as an ID token has', () => ({ at_hash: 'a' })),
  claims('c_hash, as an ID token has', () => ({ c_hash: 'a' })),
  claims('events, as a logout token has', () => ({
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })),
  claims('cnf, whose key nobody proved', () => ({ cnf: { jkt: 'a' } })),
];

const spans: [string, () => Twist][] = [
  claims('no exp', () => ({ exp: undefined })),
  claims('no iat', () => ({ iat: undefined })),
  claims('an exp one second ago', () => ({ exp: now() - 1, iat: now() - 900 })),
  claims('an exp this very second', () => ({ exp: now(), iat: now() - 900 })),
  claims('an iat in an hour', () => ({ iat: now() + 3_600, exp: now() + 4_500 })),
  claims('an nbf in an hour', () => ({ nbf: now() + 3_600, exp: now() + 4_500 })),
  claims('a life of a year', () => ({ exp: now() + 365 * 86_400 })),
];

const payload = (name: string, text: string | Uint8Array): [string, () => Twist] => [name, () => ({ payload: text })];

const payloads: [string, () => Twist][] = [
  payload('a payload that is no JSON', 'hello'),
  payload('a payload that is a list', '[]'),
  payload('a payload that is null', 'null'),
  payload('a payload that is a text', '"sub"'),
  payload('an empty object for a payload', '{}'),
  payload('a payload that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])),
  payload('an empty payload', ''),
];

/** Tokens that the provider signed, and that are no access token for this API, or not now. */
export const claimTwists: readonly [string, () => Twist][] = [
  ...issuers,
  ...audiences,
  ...people,
  ...purposes,
  ...times('exp'),
  ...times('iat'),
  ...times('nbf'),
  ...spans,
  ...payloads,
];
