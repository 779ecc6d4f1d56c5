import { setTimeout } from 'node:timers/promises';
import { BaseError } from 'viem';
import { toBase } from './amount.ts';
import { advance, findAsset } from './desk.ts';
import type { Desk } from './desk.ts';
import { isFinal } from './transaction.ts';
import type { Transaction } from './transaction.ts';
import { broadcast, readAddress, readBalance, readFate, signTransfer } from './vault.ts';
import type { Signed, Vault } from './vault.ts';

/** Carries transfers through their states. */
export interface Walker {
  /** Starts (or takes up again) one transfer. */
  start(id: string): void;
  /** Takes up everything an earlier process left unfinished. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const STEP_MS = 120;
const CHAIN_RETRY_MS = 500;

/**
 * Makes the walker. Per vault, signing and sending happen one after the other, so nonces never collide. A signed
 * transfer is stored before it is sent: after a crash the same bytes are sent again, which the chain executes once.
 */
export function makeWalker(desk: Desk): Walker {
  const stopped = new AbortController();
  const underway = new Set<Promise<void>>();
  const lines = new Map<string, Promise<unknown>>();

  const pause = async (delayMs: number): Promise<void> => {
    // Rejects only because of a stop, which the loop below sees for itself.
    await setTimeout(delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
  };
  const inLine = <Result>(vault: Vault, work: () => Promise<Result>): Promise<Result> => {
    const turn = (lines.get(vault.id) ?? Promise.resolve()).then(work);
    lines.set(
      vault.id,
      turn.catch(() => undefined),
    );
    return turn;
  };
  const walk = async (id: string): Promise<void> => {
    let delayMs = STEP_MS;
    for (;;) {
      await pause(delayMs);
      const transaction = desk.transactions.get(id);
      if (stopped.signal.aborted || transaction === undefined || isFinal(transaction)) return;
      try {
        await step(desk, transaction, inLine);
        delayMs = STEP_MS;
      } catch (error) {
        if (!(error instanceof BaseError)) throw error;
        // The chain could not be reached, so nothing is known about this step: it is taken again.
        delayMs = CHAIN_RETRY_MS;
      }
    }
  };
  const start = (id: string): void => {
    const walking = walk(id).finally(() => underway.delete(walking));
    underway.add(walking);
  };
  return {
    start,
    resume: async () => {
      await sendAgain(desk);
      for (const transaction of desk.transactions.list()) if (!isFinal(transaction)) start(transaction.id);
    },
    stop: async () => {
      stopped.abort();
      await Promise.all(underway);
    },
  };
}

/**
 * Sends whatever was signed and is not on the chain, in the order of nonces. It covers a custodian killed between
 * signing and sending, and a chain killed before it had written its last second.
 */
async function sendAgain(desk: Desk): Promise<void> {
  for (const vault of desk.vaults) {
    const sent = desk.transactions
      .list()
      .map((transaction) => ({ vaultId: transaction.vaultId, signed: signedOf(transaction) }))
      .flatMap(({ vaultId, signed }) => (vaultId === vault.id && signed !== null ? [signed] : []))
      .sort((left, right) => left.nonce - right.nonce);
    const used = await desk.chain.getTransactionCount({ address: vault.address, blockTag: 'latest' });
    for (const signed of sent.filter(({ nonce }) => nonce >= used)) await broadcast(desk.chain, vault, signed);
  }
}

type InLine = <Result>(vault: Vault, work: () => Promise<Result>) => Promise<Result>;

async function step(desk: Desk, transaction: Transaction, inLine: InLine): Promise<void> {
  const { id } = transaction;
  const { vault } = findAsset(desk, transaction.vaultId, transaction.assetId) ?? {};
  if (vault === undefined) {
    advance(desk, id, 'FAILED', { subStatus: 'VAULT_WALLET_NOT_READY' });
    return;
  }
  const fate = desk.faults.fateOf(transaction.destination);
  switch (transaction.status) {
    case 'SUBMITTED':
      advance(desk, id, 'PENDING_SIGNATURE');
      return;
    case 'PENDING_SIGNATURE':
      if (fate === 'held') return;
      if (fate === 'rejected') {
        advance(desk, id, 'REJECTED', { subStatus: 'REJECTED_BY_USER' });
        return;
      }
      await inLine(vault, () => signAndSend(desk, vault, transaction));
      return;
    case 'BROADCASTING':
      await settle(desk, vault, transaction, () => advance(desk, id, 'CONFIRMING'));
      return;
    case 'CONFIRMING':
      await settle(desk, vault, transaction, (block) =>
        advance(desk, id, 'COMPLETED', { block, subStatus: 'CONFIRMED' }),
      );
      return;
    case 'COMPLETED':
    case 'FAILED':
    case 'REJECTED':
    case 'CANCELLED':
  }
}

async function signAndSend(desk: Desk, vault: Vault, transaction: Transaction): Promise<Transaction> {
  const { id, assetId, amount } = transaction;
  const asset = vault.assets[assetId];
  if (asset === undefined) throw new TypeError('The asset was checked when the transfer was accepted.');
  const to = readAddress(transaction.destination);
  const amountBase = toBase(amount, asset.decimals);
  const refuse = (subStatus: string): Transaction => advance(desk, id, 'FAILED', { subStatus });
  if (to === null) return refuse('INVALID_ADDRESS');
  if (amountBase === null) return refuse('EXCEEDED_DECIMAL_PRECISION');
  if ((await readBalance(desk.chain, vault, asset)) < amountBase) return refuse('INSUFFICIENT_FUNDS');
  const signed = await signTransfer(desk.chain, vault, asset, to, amountBase, nextNonce(desk, vault));
  const sent = advance(desk, id, 'BROADCASTING', signed);
  await broadcast(desk.chain, vault, signed);
  return sent;
}

// A transfer that is signed but not on the chain yet (it may have been unreachable) has taken its nonce already.
function nextNonce(desk: Desk, vault: Vault): number {
  const taken = desk.transactions
    .list()
    .filter((transaction) => transaction.vaultId === vault.id && !isFinal(transaction))
    .map((transaction) => transaction.nonce ?? -1);
  return Math.max(-1, ...taken) + 1;
}

async function settle(
  desk: Desk,
  vault: Vault,
  transaction: Transaction,
  onMined: (block: { height: string; hash: string }) => unknown,
): Promise<void> {
  const signed = signedOf(transaction);
  if (signed === null) throw new TypeError('A transfer under way has been signed.');
  const fate = await readFate(desk.chain, vault, signed);
  if (fate.kind === 'impossible') {
    advance(desk, transaction.id, 'FAILED', { subStatus: 'DROPPED_BY_BLOCKCHAIN' });
  } else if (fate.kind === 'unknown') {
    await broadcast(desk.chain, vault, signed);
  } else if (fate.receipt.status === 'reverted') {
    advance(desk, transaction.id, 'FAILED', { subStatus: 'SMART_CONTRACT_EXECUTION_FAILED' });
  } else {
    onMined({ height: fate.receipt.blockNumber.toString(), hash: fate.receipt.blockHash });
  }
}

function signedOf({ signed, txHash, nonce }: Transaction): Signed | null {
  return signed === null || txHash === null || nonce === null ? null : { signed, txHash, nonce };
}
