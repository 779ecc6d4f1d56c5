import { expect, it } from 'vitest';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { getAddress } from 'viem';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import type { Me } from '../../worker/me/shape.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import {
  counterfactualWallet,
  deployedWallet,
  hasCode,
  unrulyContract,
  type SmartWallet,
} from '../harness/smart_wallet.ts';

async function asked(site: MintedSite, address: string) {
  const visitor = new ApiVisitor(site.url);
  const { status, body } = await visitor.post<Nonce>('/auth/nonce', { address });
  expect(status).toBe(200);
  return { visitor, message: body.message };
}

async function signIn(site: MintedSite, wallet: SmartWallet) {
  const { visitor, message } = await asked(site, wallet.address);
  return visitor.post<Me & ApiProblem>('/auth/wallet', { message, signature: await wallet.sign(message) });
}

it('signs in the wallet that is a contract, and the one that its factory has not made yet', async () => {
  const site = await mintSite();
  const deployed = await deployedWallet();
  const planned = await counterfactualWallet();
  for (const wallet of [deployed, planned]) {
    const { status, body } = await signIn(site, wallet);
    expect({ status, wallets: body.wallets }).toMatchObject({
      status: 200,
      wallets: [{ address: getAddress(wallet.address) }],
    });
    expect((await signIn(site, wallet)).body.id).toBe(body.id);
  }
  // Looking is not making.
  expect(await hasCode(planned.address)).toBe(false);
});

it('refuses what a contract does not call its own, whatever way it says so', async () => {
  const site = await mintSite();
  const [deployed, other, planned, otherPlan] = await Promise.all([
    deployedWallet(),
    deployedWallet(),
    counterfactualWallet(),
    counterfactualWallet(),
  ]);
  const stranger = privateKeyToAccount(generatePrivateKey());
  const signer = { sign: (message: string) => stranger.signMessage({ message }) };
  const attempts: [string, SmartWallet][] = [
    ['another owner', { ...other, address: deployed.address }],
    ['a key for a contract not yet there', { ...signer, address: planned.address }],
    ['the plan of another wallet', { ...otherPlan, address: planned.address }],
    ['a plan for a key of somebody else', { ...planned, address: stranger.address }],
    ['a plan around the contract that is there', { ...otherPlan, address: deployed.address }],
    ['a contract that reverts', { ...signer, address: await unrulyContract('reverts') }],
    ['a contract that never ends', { ...signer, address: await unrulyContract('endless') }],
    ['a contract that talks', { ...signer, address: await unrulyContract('talks') }],
  ];
  for (const [name, wallet] of attempts) {
    const { visitor, message } = await asked(site, wallet.address);
    const before = await digestRows([site.siteId]);
    const signature = await wallet.sign(message);
    const { status, body } = await visitor.post<ApiProblem>('/auth/wallet', { message, signature });
    expect({ name, status, code: body.code }).toEqual({ name, status: 401, code: 'auth.signature_invalid' });
    expect({ name, rows: await digestRows([site.siteId]) }).toEqual({ name, rows: before });
  }
});

it('says "try again" while the site’s chain cannot be asked, writes nothing, and needs no chain for a key', async () => {
  const site = await mintSite({ site: { chainId: 999_999 } });
  const wallet = await deployedWallet();
  const { visitor, message } = await asked(site, wallet.address);
  const before = await digestRows([site.siteId]);
  const signature = await wallet.sign(message);
  const { status, body } = await visitor.post<ApiProblem>('/auth/wallet', { message, signature });
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'wallet.chain_unavailable' });
  expect(await digestRows([site.siteId])).toEqual(before);
  expect((await new ApiVisitor(site.url).signIn(generatePrivateKey())).wallets).toHaveLength(1);
});

it('refuses the twin of a key’s signature, and half a byte', async () => {
  const site = await mintSite();
  const account = privateKeyToAccount(generatePrivateKey());
  const { visitor, message } = await asked(site, account.address);
  const signature = await account.signMessage({ message });
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? '1c' : '1b';
  const twin = `${signature.slice(0, 66)}${s.toString(16).padStart(64, '0')}${v}`;
  expect(await visitor.post('/auth/wallet', { message, signature: twin })).toMatchObject({
    status: 401,
    body: { code: 'auth.signature_invalid' },
  });
  expect(await visitor.post('/auth/wallet', { message, signature: signature.slice(0, -1) })).toMatchObject({
    status: 400,
    body: { code: 'request.malformed' },
  });
  expect((await visitor.post('/auth/wallet', { message, signature })).status).toBe(200);
});

it('refuses an address with a wrong checksum, and those that no tokens may go to', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const right = getAddress('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
  const wrong = right.replace('f39F', 'F39F');
  const outcome = async (address: string) => (await visitor.post<ApiProblem>('/auth/nonce', { address })).body.code;
  expect(await outcome(wrong)).toBe('request.malformed');
  for (const address of [right, right.toLowerCase(), `0x${right.slice(2).toUpperCase()}`]) {
    expect(await outcome(address)).toBeUndefined();
  }
  for (const address of [`0x${'0'.repeat(40)}`, site.token, site.token.toLowerCase()]) {
    expect(await outcome(address)).toBe('wallet.forbidden_address');
  }
});
