import { createPublicClient, encodeFunctionData, erc20Abi, http, isAddress, keccak256 } from 'viem';
import type { PublicClient, TransactionReceipt } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import type { Hex } from '../chain/accounts.ts';

/** A token at the custodian. */
export interface Asset {
  tokenAddress: Hex;
  decimals: number;
}

/** A vault account with the key that really holds its tokens on the local chain. */
export interface Vault {
  id: string;
  address: Hex;
  privateKey: Hex;
  assets: Record<string, Asset>;
}

/** A transfer that was signed and not yet sent. */
export interface Signed {
  signed: Hex;
  txHash: Hex;
  nonce: number;
}

/** What became of a transaction that was sent. */
export type Fate = { kind: 'mined'; receipt: TransactionReceipt } | { kind: 'unknown' } | { kind: 'impossible' };

const GAS = 200_000n;

/** Opens the chain the vaults live on. */
export function openChain(rpcUrl: string): PublicClient {
  return createPublicClient({ chain: foundry, transport: http(rpcUrl, { retryCount: 0 }), pollingInterval: 50 });
}

/** Tokens a vault holds, in base units. */
export function readBalance(chain: PublicClient, vault: Vault, asset: Asset): Promise<bigint> {
  const args = [vault.address] as const;
  return chain.readContract({ address: asset.tokenAddress, abi: erc20Abi, functionName: 'balanceOf', args });
}

/**
 * Signs an ERC-20 transfer with the vault's next nonce. The caller must sign and send one after the other per vault.
 *
 * @param amountBase in base units
 * @param leastNonce one more than the highest nonce that is taken but may not be on the chain yet
 */
export async function signTransfer(
  chain: PublicClient,
  vault: Vault,
  asset: Asset,
  to: Hex,
  amountBase: bigint,
  leastNonce: number,
): Promise<Signed> {
  const counted = await chain.getTransactionCount({ address: vault.address, blockTag: 'pending' });
  const nonce = Math.max(counted, leastNonce);
  const fees = await chain.estimateFeesPerGas();
  const signed = await privateKeyToAccount(vault.privateKey).signTransaction({
    chainId: foundry.id,
    type: 'eip1559',
    to: asset.tokenAddress,
    data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amountBase] }),
    nonce,
    gas: GAS,
    // Ample, so that the same signature still holds if it has to be sent again much later.
    maxFeePerGas: fees.maxFeePerGas * 10n,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
  });
  return { signed, txHash: keccak256(signed), nonce };
}

/**
 * Looks a sent transaction up. It is `impossible` once another one has taken its nonce.
 *
 * @throws whatever the chain's RPC throws when it cannot be reached: then nothing is known
 */
export async function readFate(chain: PublicClient, vault: Vault, { txHash, nonce }: Signed): Promise<Fate> {
  // The count is read first: a transaction mined in between then still shows its receipt.
  const used = await chain.getTransactionCount({ address: vault.address, blockTag: 'latest' });
  const receipt = await chain.getTransactionReceipt({ hash: txHash }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'TransactionReceiptNotFoundError') return null;
    throw error;
  });
  if (receipt !== null) return { kind: 'mined', receipt };
  return used > nonce ? { kind: 'impossible' } : { kind: 'unknown' };
}

/** Sends a signed transaction, unless the chain has it already. Sending it twice has one effect. */
export async function broadcast(chain: PublicClient, vault: Vault, signed: Signed): Promise<void> {
  const fate = await readFate(chain, vault, signed);
  if (fate.kind !== 'unknown') return;
  const known = await chain.getTransaction({ hash: signed.txHash }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'TransactionNotFoundError') return null;
    throw error;
  });
  if (known === null) await chain.sendRawTransaction({ serializedTransaction: signed.signed });
}

/** The address in its usual spelling, or null if it is none. A checksum, if there is one, must be right. */
export function readAddress(text: string): Hex | null {
  return isAddress(text, { strict: /[A-F]/.test(text.slice(2)) && /[a-f]/.test(text.slice(2)) }) ? text : null;
}
