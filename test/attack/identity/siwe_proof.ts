import { randomBytes } from 'node:crypto';
import { bytesToHex, hexToBigInt, numberToHex, parseSignature, serializeSignature, type Hex } from 'viem';
import { LOCAL_CHAIN } from '../../../dev/chain/accounts.ts';
import { withClient } from '../../harness/database.ts';
import type { Attack, Family } from '../attack.ts';
import { outcomeOf } from '../run.ts';
import { sendWire, type WireRequest } from '../wire.ts';
import { challenged, newAccount, signInWith, type Challenged } from './sign.ts';
import type { World } from './world.ts';

const PLACE = 'POST /auth/wallet';
const NONCE = '401 auth.nonce_invalid';
const SIGNATURE = '401 auth.signature_invalid';
const MALFORMED = '400 request.malformed';

/** The order of the curve: (r, n − s) proves the same as (r, s), so only the lower of both may count. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const highS = (signature: Hex): Hex => {
  const { r, s, yParity } = parseSignature(signature);
  return serializeSignature({ r, s: numberToHex(CURVE_ORDER - hexToBigInt(s), { size: 32 }), yParity: 1 - yParity });
};

const forged = (
  name: string,
  refusal: Attack<World>['refusal'],
  signature: (challenge: Challenged) => unknown,
): Attack<World> => ({
  name: `${name} for a signature`,
  place: PLACE,
  refusal,
  request: async ({ site }) => {
    const challenge = await challenged(site.url);
    return signInWith(site.url, challenge, { signature: await signature(challenge) });
  },
});

const signatures = [
  forged('another wallet’s', SIGNATURE, ({ message }) => newAccount().signMessage({ message })),
  forged('one of another text', SIGNATURE, ({ account }) => account.signMessage({ message: 'hello' })),
  forged('65 random bytes', SIGNATURE, () => bytesToHex(randomBytes(65))),
  forged('65 zero bytes', SIGNATURE, () => bytesToHex(new Uint8Array(65))),
  forged('65 bytes of ones', SIGNATURE, () => `0x${'ff'.repeat(65)}`),
  forged('the mirror image with a high s', SIGNATURE, async ({ account, message }) =>
    highS(await account.signMessage({ message })),
  ),
  forged('one with two bytes cut off', SIGNATURE, async ({ account, message }) =>
    (await account.signMessage({ message })).slice(0, -4),
  ),
  forged(
    'one with a byte more',
    SIGNATURE,
    async ({ account, message }) => `${await account.signMessage({ message })}00`,
  ),
  forged('one with the other recovery byte', SIGNATURE, async ({ account, message }) => {
    const { r, s, yParity } = parseSignature(await account.signMessage({ message }));
    return serializeSignature({ r, s, yParity: 1 - yParity });
  }),
  forged('the hash of the text', SIGNATURE, () => bytesToHex(randomBytes(32))),
  forged('what a contract wallet would give, by none', SIGNATURE, () => `0x${'00'.repeat(96)}${'6492'.repeat(16)}`),
  forged('half a byte', MALFORMED, () => '0x1'),
  forged('nothing', MALFORMED, () => ''),
  forged('no digits', MALFORMED, () => '0x'),
  forged('null', MALFORMED, () => ({ toString: 'x' })),
  forged('a list', MALFORMED, async ({ account, message }) => [await account.signMessage({ message })]),
  forged(
    'hexadecimal with a line break after it',
    MALFORMED,
    async ({ account, message }) => `${await account.signMessage({ message })}\n`,
  ),
  forged('20,000 digits', MALFORMED, () => `0x${'ab'.repeat(10_000)}`),
];

/** A wallet that is a contract has no key: the chain is asked, and it says no. */
const contract: Attack<World> = {
  name: 'any signature for a contract that knows none',
  place: PLACE,
  refusal: SIGNATURE,
  request: async ({ site }) => {
    const token = { ...newAccount(), address: LOCAL_CHAIN.tokens.asia.address as Hex };
    const challenge = await challenged(site.url, token);
    return signInWith(site.url, challenge, { signature: bytesToHex(randomBytes(65)) });
  },
};

/** Marks the challenge's row, as time or use would. */
const age = ({ nonce }: Challenged, change: string) =>
  withClient('superuser', (client) => client.query(`update auth_nonces set ${change} where nonce = $1`, [nonce]));

const nonces: [string, (world: World) => Promise<WireRequest>][] = [
  [
    'a nonce made by the client',
    async ({ site }) => {
      const challenge = await challenged(site.url);
      return signInWith(site.url, challenge, {
        message: challenge.message.replace(challenge.nonce, 'a1b2c3d4e5f6a7b8c9'),
      });
    },
  ],
  [
    'a nonce in another case',
    async ({ site }) => {
      const challenge = await challenged(site.url);
      const { nonce } = challenge;
      const turned = nonce === nonce.toLowerCase() ? nonce.toUpperCase() : nonce.toLowerCase();
      return signInWith(site.url, challenge, { message: challenge.message.replace(nonce, turned) });
    },
  ],
  ['a challenge of another site', async ({ site, other }) => signInWith(site.url, await challenged(other.url))],
  ['a challenge of the platform', async ({ site, platform }) => signInWith(site.url, await challenged(platform))],
  [
    'a challenge without the browser’s cookie',
    async ({ site }) => signInWith(site.url, await challenged(site.url), { cookie: null }),
  ],
  [
    'a challenge that another browser asked for',
    async ({ site }) =>
      signInWith(site.url, await challenged(site.url), { cookie: (await challenged(site.url)).cookie }),
  ],
  [
    'a challenge with an invented cookie',
    async ({ site }) => signInWith(site.url, await challenged(site.url), { cookie: '__Host-posx_nonce=1' }),
  ],
  [
    'a challenge with its cookie under a name without __Host-',
    async ({ site }) => {
      const challenge = await challenged(site.url);
      return signInWith(site.url, challenge, { cookie: challenge.cookie.replace('__Host-', '') });
    },
  ],
  [
    'a challenge that was used',
    async ({ site }) => {
      const challenge = await challenged(site.url);
      const first = await sendWire(Number(new URL(site.url).port), await signInWith(site.url, challenge));
      if (first.status !== 200) throw new Error(`the first use was answered ${outcomeOf(first)}`);
      return signInWith(site.url, challenge);
    },
  ],
  [
    'a challenge older than five minutes',
    async ({ site }) => {
      const challenge = await challenged(site.url);
      await age(challenge, "expires_at = app.now() - interval '1 second'");
      return signInWith(site.url, challenge);
    },
  ],
];

const RACERS = 10;

/** Who brings a challenge, and whether it was signed by whom it names. */
export const siweProof: Family<World> = {
  name: 'wallet: proof',
  attacks: [
    ...signatures,
    contract,
    ...nonces.map(([name, request]): Attack<World> => ({ name, place: PLACE, refusal: NONCE, request })),
    {
      name: 'a wallet that operates nothing',
      place: `${PLACE}, platform`,
      refusal: '403 auth.not_operator',
      request: async ({ platform }) => signInWith(platform, await challenged(platform)),
    },
    {
      name: 'a challenge of a site',
      place: `${PLACE}, platform`,
      refusal: NONCE,
      request: async ({ site, platform }) => signInWith(platform, await challenged(site.url)),
    },
  ],
  races: [
    {
      name: `one signed challenge sent ${RACERS} times at once`,
      place: PLACE,
      requests: async ({ site }) => {
        const challenge = await challenged(site.url);
        return Promise.all(Array.from({ length: RACERS }, () => signInWith(site.url, challenge)));
      },
      judge: (answers) => {
        const outcomes = answers.map(outcomeOf).sort();
        const wanted = ['200', ...Array.from({ length: RACERS - 1 }, () => NONCE)];
        return JSON.stringify(outcomes) === JSON.stringify(wanted) ? null : outcomes.join(', ');
      },
    },
  ],
};
