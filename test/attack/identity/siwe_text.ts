import type { Attack, Family } from '../attack.ts';
import { challenged, newAccount, signInWith, type Challenged } from './sign.ts';
import type { World } from './world.ts';

const PLACE = 'POST /auth/wallet';
const CHANGED = '400 auth.message_invalid';

/** What makes of an honest challenge a text that the same wallet then signs. */
type Edit = (text: string, challenge: Challenged, world: World) => string;

const changed = (name: string, edit: Edit, refusal: Attack<World>['refusal'] = CHANGED): Attack<World> => ({
  name,
  place: PLACE,
  refusal,
  request: async (world) => {
    const challenge = await challenged(world.site.url);
    const message = edit(challenge.message, challenge, world);
    if (message === challenge.message) throw new TypeError('the edit changed nothing');
    return signInWith(world.site.url, challenge, { message });
  },
});

const hostOf = (origin: string) => new URL(origin).host;
const line = (name: string, value: string) => (text: string) =>
  text.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${value}`);
const after = (name: string, added: string) => (text: string) =>
  text.replace(new RegExp(`^(${name}: .*)$`, 'm'), `$1\n${added}`);
const statement = (text: string, words: string) => text.replace(/^Sign in .*$/m, words);

const domains: [string, Edit][] = [
  ['for the domain of another site', (text, _, { site, other }) => text.replace(hostOf(site.url), hostOf(other.url))],
  ['for the platform’s domain', (text, _, { site, platform }) => text.replace(hostOf(site.url), hostOf(platform))],
  ['for a domain of the attacker', (text, _, { site }) => text.replace(hostOf(site.url), 'evil.example')],
  [
    'with the domain in upper case',
    (text, _, { site }) => text.replace(hostOf(site.url), hostOf(site.url).toUpperCase()),
  ],
  [
    'with a dot after the domain',
    (text, _, { site }) => text.replace(site.code + '.localhost', `${site.code}.localhost.`),
  ],
  ['without the domain’s port', (text) => text.replace(/:\d+ wants/, ' wants')],
  ['with another port', (text) => text.replace(/:\d+ wants/, ':1 wants')],
  [
    'with a user before the domain',
    (text, _, { site }) => text.replace(hostOf(site.url), `${hostOf(site.url)}@evil.example`),
  ],
  ['with a look-alike letter in the domain', (text) => text.replace('localhost', 'l\u043ecalhost')],
];

const fields: [string, Edit][] = [
  ['for the address of another site', (text, _, { other }) => line('URI', other.url)(text)],
  ['for a path of the site', (text, _, { site }) => line('URI', `${site.url}/login`)(text)],
  ['for a script address', line('URI', 'javascript:alert(1)')],
  ['without an address', (text) => text.replace(/^URI: .*\n/m, '')],
  ['for another chain', line('Chain ID', '1')],
  ['for chain 0', line('Chain ID', '0')],
  ['for the chain in hexadecimal', line('Chain ID', '0x7a69')],
  ['for a negative chain', line('Chain ID', '-31337')],
  ['for a chain beyond numbers', line('Chain ID', '9'.repeat(40))],
  ['of version 2', line('Version', '2')],
  ['of version 1.0', line('Version', '1.0')],
  ['that asks for resources', (text) => `${text}\nResources:\n- https://evil.example/spend-everything`],
  ['with an empty list of resources', (text) => `${text}\nResources:`],
  ['that was issued yesterday', line('Issued At', new Date(Date.now() - 86_400_000).toISOString())],
  ['that was issued tomorrow', line('Issued At', new Date(Date.now() + 86_400_000).toISOString())],
  ['that was issued no time at all', line('Issued At', 'now')],
  ['that expires next year', line('Expiration Time', new Date(Date.now() + 365 * 86_400_000).toISOString())],
  ['that has expired', line('Expiration Time', new Date(Date.now() - 1_000).toISOString())],
  ['that never expires', (text) => text.replace(/\nExpiration Time: .*$/m, '')],
  ['that is not valid yet', after('Expiration Time', `Not Before: ${new Date(Date.now() + 60_000).toISOString()}`)],
  ['with a request id', after('Expiration Time', 'Request ID: 1')],
  ['with a field that EIP-4361 has not', after('Expiration Time', 'Approve: everything')],
  ['with one field twice', after('Chain ID', 'Chain ID: 31337')],
];

const texts: [string, Edit][] = [
  ['with another statement', (text) => statement(text, 'Send all tokens to me.')],
  ['with a line break in the statement', (text) => statement(text, 'Sign in\nURI: https://evil.example')],
  ['with a carriage return in the statement', (text) => statement(text, 'Sign in\rto another place.')],
  ['without a statement', (text) => statement(text, '')],
  ['with a statement beyond ASCII', (text) => statement(text, 'Sign in 登录.')],
  ['with CRLF line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['with a line break at its end', (text) => `${text}\n`],
  ['with a space before it', (text) => ` ${text}`],
  ['with a byte order mark before it', (text) => `\ufeff${text}`],
  ['with two challenges in one', (text) => `${text}\n\n${text}`],
  ['that is one word', () => 'hello'],
  ['that is JSON', (text) => JSON.stringify({ message: text })],
];

const addresses: [string, Edit][] = [
  [
    'with the address in lower case',
    (text, { account }) => text.replace(account.address, account.address.toLowerCase()),
  ],
  [
    'with the address in upper case',
    (text, { account }) => text.replace(account.address, `0x${account.address.slice(2).toUpperCase()}`),
  ],
  ['with a wrong checksum', (text, { account }) => text.replace(account.address, swapCase(account.address))],
  ['with an address cut short', (text, { account }) => text.replace(account.address, account.address.slice(0, -2))],
];

/** The same address with every letter in the other case. */
const swapCase = (address: string) =>
  address.replace(/(?<=^0x.*)[a-f]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));

/** Texts that a wallet was made to sign, and that are not the challenge of this site. */
export const siweText: Family<World> = {
  name: 'wallet: text',
  attacks: [
    ...[...domains, ...fields, ...texts, ...addresses].map(([name, edit]) => changed(`a text ${name}`, edit)),
    changed(
      'a text with the address of somebody else',
      (text, { account }) => text.replace(account.address, newAccount().address),
      '401 auth.nonce_invalid',
    ),
    changed('a text with a NUL in it', (text) => text.replace('wants', 'wa\0nts'), '400 request.malformed'),
    changed('a text of more than 2,000 characters', (text) => text.padEnd(2_001, '.'), '400 request.malformed'),
  ],
  controls: [
    {
      name: 'the challenge as it stands',
      place: PLACE,
      status: 200,
      request: async ({ site }) => signInWith(site.url, await challenged(site.url)),
    },
  ],
};
