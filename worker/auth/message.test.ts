import fc from 'fast-check';
import { SiweMessage } from 'siwe';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Env } from '../env.ts';
import { DomainError } from '../../domain/error.ts';
import { CHALLENGE_MINUTES, challengeText, parseMessage, verifyChallenge, type Challenge } from './message.ts';

const account = privateKeyToAccount(`0x${'1'.padStart(64, '0')}`);
const env = { CHAIN_RPC_URLS: '{}' } as Env;
const now = new Date('2026-11-22T10:00:00Z');
const known: Challenge = {
  purpose: 'sign_in',
  address: account.address.toLowerCase(),
  host: 'na.example:8443',
  origin: 'https://na.example:8443',
  siteName: 'NA Token',
  chainId: 31337,
  nonce: 'abcdefgh12345678Z',
  issuedAt: now,
};
const text = challengeText(known);
const signature = await account.signMessage({ message: text });

beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
}

it('is accepted by its signer from the moment it is issued until its time is over, by the real clock', async () => {
  expect(await codeOf(verifyChallenge(env, text, signature, known))).toBe('accepted');
  vi.setSystemTime(now.getTime() + CHALLENGE_MINUTES * 60_000 - 1);
  expect(await codeOf(verifyChallenge(env, text, signature, known))).toBe('accepted');
  vi.setSystemTime(now.getTime() + CHALLENGE_MINUTES * 60_000);
  expect(await codeOf(verifyChallenge(env, text, signature, known))).toBe('auth.nonce_invalid');
});

it.each([
  ['another domain', { host: 'evil.example' }],
  ['another uri', { origin: 'https://na.example' }],
  ['another scheme', { origin: 'http://na.example:8443' }],
  ['another chain', { chainId: 1 }],
  ['another site', { siteName: 'Asia' }],
  ['another nonce', { nonce: 'abcdefgh12345678Y' }],
  ['another time', { issuedAt: new Date(now.getTime() + 1) }],
  ['another address', { address: `0x${'2'.repeat(40)}` }],
  ['another purpose', { purpose: 'bind', userId: 'u' }],
] as const)('is none for %s, however well it is signed', async (_name, change) => {
  const other = challengeText({ ...known, ...change });
  expect(other).not.toBe(text);
  const signed = await account.signMessage({ message: other });
  expect(await codeOf(verifyChallenge(env, other, signed, known))).toBe('auth.message_invalid');
});

it('binds a wallet to one account by name', () => {
  const [one, two] = ['u-1', 'u-2'].map((userId) => challengeText({ ...known, purpose: 'bind', userId }));
  expect(one).toContain('account u-1');
  expect(one).not.toBe(two);
});

it('does not let a text through in which anything was added, removed or changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length),
      fc.nat(3),
      fc.oneof(fc.string(), fc.constantFrom('\n', '\r\n', 'Resources:\n- https://evil.example', '\u202e', ' ')),
      async (at, cut, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + cut);
        fc.pre(changed !== text);
        expect(await codeOf(verifyChallenge(env, changed, signature, known))).toBe('auth.message_invalid');
      },
    ),
  );
});

it('refuses every other signature without asking a chain that is not there for a key’s', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 200 }), async (bytes) => {
      const hex = `0x${Buffer.from(bytes).toString('hex')}`;
      const code = await codeOf(verifyChallenge(env, text, hex, known));
      expect(['auth.signature_invalid', 'wallet.chain_unavailable']).toContain(code);
    }),
  );
  for (const broken of ['', '0x', '0xabc', 'signature', `${signature}0`]) {
    expect(await codeOf(verifyChallenge(env, text, broken, known))).toBe('auth.signature_invalid');
  }
});

it('is a text of EIP-4361, line for line, whatever the site is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (siteName) => {
      const made = challengeText({ ...known, siteName });
      expect(new SiweMessage(made).prepareMessage()).toBe(made);
      expect(made.split('\n')).toHaveLength(text.split('\n').length);
    }),
    { numRuns: 10 },
  );
  // The parser takes its time.
}, 30_000);

it('refuses any other text with a code, logs nothing of it and carries nothing of it along', () => {
  const log = (['log', 'error', 'warn', 'info', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((part) => text.replace('Version: 1', part)),
      ),
      (other) => {
        fc.pre(other !== text);
        expect(() => parseMessage(other)).toThrow(new DomainError('auth.message_invalid'));
      },
    ),
    { numRuns: 30 },
  );
  for (const each of log) {
    expect(each).not.toHaveBeenCalled();
    each.mockRestore();
  }
});
