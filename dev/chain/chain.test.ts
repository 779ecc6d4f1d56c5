import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, createWalletClient, erc20Abi, getContractAddress, http } from 'viem';
import type { PublicClient } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEPLOYER, LOCAL_CHAIN } from './accounts.ts';
import type { Hex } from './accounts.ts';
import { deployTokens } from './deploy.ts';
import { startChain } from './start.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chain-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const { tokens, vaults, demo } = LOCAL_CHAIN;
const buyer = demo.buyers[0].address;

const connect = (rpcUrl: string): PublicClient => createPublicClient({ chain: foundry, transport: http(rpcUrl) });
const balanceOf = (client: PublicClient, token: Hex, holder: Hex): Promise<bigint> =>
  client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [holder] });

test('every address is the one its key or its place in line gives', () => {
  expect(privateKeyToAccount(DEPLOYER.privateKey).address).toBe(DEPLOYER.address);
  for (const account of [...Object.values(vaults), ...Object.values(demo).flat()]) {
    expect(privateKeyToAccount(account.privateKey).address).toBe(account.address);
  }
  expect(getContractAddress({ from: DEPLOYER.address, nonce: 0n })).toBe(tokens.na.address);
  expect(getContractAddress({ from: DEPLOYER.address, nonce: 1n })).toBe(tokens.asia.address);
});

test('a second start keeps contracts, balances and receipts, and deploys nothing', async () => {
  const stateFile = join(folder, 'chain.json');
  let hash: Hex;
  {
    const chain = await startChain({ stateFile });
    try {
      expect(await deployTokens(chain.rpcUrl)).toBe(2);
      const client = connect(chain.rpcUrl);
      expect(await client.readContract({ address: tokens.asia.address, abi: erc20Abi, functionName: 'decimals' })).toBe(
        6,
      );
      const account = privateKeyToAccount(vaults.na.privateKey);
      const wallet = createWalletClient({ account, chain: foundry, transport: http(chain.rpcUrl) });
      hash = await wallet.writeContract({
        address: tokens.na.address,
        abi: erc20Abi,
        functionName: 'transfer',
        args: [buyer, 7n],
      });
      await client.waitForTransactionReceipt({ hash });
    } finally {
      await chain.stop();
    }
  }
  const chain = await startChain({ stateFile });
  try {
    expect(await deployTokens(chain.rpcUrl)).toBe(0);
    const client = connect(chain.rpcUrl);
    expect(await balanceOf(client, tokens.na.address, buyer)).toBe(7n);
    expect(await balanceOf(client, tokens.na.address, vaults.na.address)).toBe(10n ** 27n - 7n);
    expect((await client.getTransactionReceipt({ hash })).status).toBe('success');
  } finally {
    await chain.stop();
  }
});

test('a stopped chain leaves no process, and one left behind is ended at the next start', async () => {
  const stateFile = join(folder, 'chain.json');
  const readPid = (): number => Number(readFileSync(`${stateFile}.pid`, 'utf8'));
  const left = await startChain({ stateFile });
  try {
    const leftPid = readPid();
    const chain = await startChain({ stateFile });
    const pid = readPid();
    await chain.stop();
    expect(() => process.kill(leftPid, 0)).toThrow('ESRCH');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(fetch(chain.rpcUrl)).rejects.toThrow();
  } finally {
    await left.stop();
  }
});

test('half a state file, left by a kill, does not keep the chain from starting', async () => {
  const stateFile = join(folder, 'chain.json');
  writeFileSync(stateFile, '{"block":{"number":"0x');
  const chain = await startChain({ stateFile });
  try {
    expect(await deployTokens(chain.rpcUrl)).toBe(2);
  } finally {
    await chain.stop();
  }
});

test('a token cannot be overdrawn, nor spent by another without allowance', async () => {
  const chain = await startChain();
  try {
    await deployTokens(chain.rpcUrl);
    const client = connect(chain.rpcUrl);
    const call = { address: tokens.na.address, abi: erc20Abi, account: buyer } as const;
    const stranger = demo.buyers[1].address;
    await expect(
      client.simulateContract({ ...call, functionName: 'transfer', args: [stranger, 1n] }),
    ).rejects.toThrow();
    const taken = client.simulateContract({
      ...call,
      functionName: 'transferFrom',
      args: [vaults.na.address, buyer, 1n],
    });
    await expect(taken).rejects.toThrow();
    const account = privateKeyToAccount(vaults.na.privateKey);
    const wallet = createWalletClient({ account, chain: foundry, transport: http(chain.rpcUrl) });
    const hash = await wallet.writeContract({
      address: tokens.na.address,
      abi: erc20Abi,
      functionName: 'approve',
      args: [buyer, 5n],
    });
    await client.waitForTransactionReceipt({ hash });
    const allowed = { ...call, functionName: 'transferFrom' } as const;
    await client.simulateContract({ ...allowed, args: [vaults.na.address, buyer, 5n] });
    await expect(client.simulateContract({ ...allowed, args: [vaults.na.address, buyer, 6n] })).rejects.toThrow();
  } finally {
    await chain.stop();
  }
});

test('a taken port is named in one sentence', async () => {
  const chain = await startChain();
  try {
    await expect(startChain({ port: chain.port })).rejects.toThrow(`Port ${chain.port} for the local chain is taken`);
  } finally {
    await chain.stop();
  }
});
