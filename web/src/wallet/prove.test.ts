import { describe, expect, it } from 'vitest';
import { hexOf, prove, WalletError } from './prove.ts';

/** A wallet set to the first of `accounts`, whose owner picks the second when asked to choose. */
function wallet(accounts: string[]) {
  const asked: string[] = [];
  const provider = {
    request: ({ method, params }: { method: string; params?: unknown[] }) => {
      asked.push(method);
      if (method === 'wallet_requestPermissions') accounts.reverse();
      return Promise.resolve(method === 'personal_sign' ? `signed by ${String(params?.[1])}` : accounts);
    },
  };
  return { provider, asked };
}

const challenge = (account: string) => Promise.resolve({ message: `for ${account}` });

describe('prove', () => {
  it('has the active account sign its own challenge', async () => {
    const { provider } = wallet(['0xa', '0xb']);
    expect(await prove(provider, { challenge })).toEqual({ message: 'for 0xa', signature: 'signed by 0xa' });
  });

  it('asks the owner for another account instead of using one that may not sign', async () => {
    const { provider, asked } = wallet(['0xa', '0xb']);
    const proof = await prove(provider, { challenge, mayUse: (account) => account === '0xb' });
    expect(proof.signature).toBe('signed by 0xb');
    expect(asked.filter((method) => method === 'personal_sign')).toHaveLength(1);
  });

  it('never signs for an account that may not, and names it', async () => {
    const { provider, asked } = wallet(['0xa', '0xb']);
    const refused = await prove(provider, { challenge, mayUse: () => false }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WalletError);
    expect(refused).toMatchObject({ reason: 'other', account: '0xb' });
    expect(asked).not.toContain('personal_sign');
  });

  it('tells an owner who declined from a wallet that failed', async () => {
    const failing = (code: number) => ({ request: () => Promise.reject(Object.assign(new Error('no'), { code })) });
    await expect(prove(failing(4001), { challenge })).rejects.toMatchObject({ reason: 'declined' });
    await expect(prove(failing(-32_000), { challenge })).rejects.toMatchObject({ reason: 'failed' });
  });
});

describe('hexOf', () => {
  it('writes UTF-8 bytes', () => {
    expect(hexOf('aé')).toBe('0x61c3a9');
  });
});
