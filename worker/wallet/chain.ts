import type { Hex } from 'viem';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';

/** A call that changes nothing. Without `to`, the data is code that runs once and answers. */
export interface ContractCall {
  to?: Hex;
  data: Hex;
}

/** No longer than a person waits with the wallet's window open. */
const TIMEOUT_MILLISECONDS = 5_000;

/** What one transaction may use at most (EIP-7825): a contract that needs more could never act at all. */
const GAS = '0x1000000';

const hex = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]*$/i.test(value));
const answer = z.looseObject({
  result: hex.optional(),
  error: z.looseObject({ code: z.number(), message: z.string().optional() }).optional(),
});
const addresses = z.record(z.string(), z.url());

/** RPC addresses that were seen to serve the chain they stand for. */
const confirmed = new Set<string>();

/**
 * Asks the chain what a contract answers.
 *
 * @returns null when the contract refused or failed
 * @throws DomainError `wallet.chain_unavailable` (retry) when the site's chain has no RPC address, or nobody there gave
 *   an answer, or another chain did
 */
export async function callContract(env: Env, chainId: number, call: ContractCall): Promise<Hex | null> {
  const url = rpcUrl(env, chainId);
  if (!confirmed.has(url)) {
    const served = await ask(url, 'eth_chainId', []);
    if (served === null || Number(served) !== chainId) throw new DomainError('wallet.chain_unavailable');
    confirmed.add(url);
  }
  return ask(url, 'eth_call', [{ ...call, gas: GAS }, 'latest']);
}

function rpcUrl(env: Env, chainId: number): string {
  let known: unknown;
  try {
    known = JSON.parse(env.CHAIN_RPC_URLS);
  } catch {
    // The text may hold a key: it goes into no error.
    throw new DomainError('wallet.chain_unavailable');
  }
  const url = addresses.safeParse(known).data?.[String(chainId)];
  if (url === undefined) throw new DomainError('wallet.chain_unavailable');
  return url;
}

async function ask(url: string, method: string, params: unknown[]): Promise<Hex | null> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  let said: unknown;
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    said = await response.json();
  } catch {
    // What fetch throws may quote the address, and with it a key.
    throw new DomainError('wallet.chain_unavailable');
  }
  const { result, error } = answer.safeParse(said).data ?? {};
  if (result !== undefined) return result;
  if (error !== undefined && isRefusal(error.code, error.message ?? '')) return null;
  throw new DomainError('wallet.chain_unavailable');
}

/**
 * Whether the contract ran and failed, as each kind of node says it; anything else, a rate limit say, is no answer. To
 * take one for the other never admits anybody: it only decides between "no" and "try again".
 */
const isRefusal = (code: number, message: string): boolean =>
  code === 3 || code === -32015 || /revert|opcode|out ?of ?gas|stack ?(under|over)flow|invalid ?jump/i.test(message);
