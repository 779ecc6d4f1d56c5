import { toBase, toDecimal } from './amount.ts';
import { findAsset } from './desk.ts';
import type { Desk } from './desk.ts';
import { CustodyFailure } from './error.ts';
import { isFinal } from './transaction.ts';
import { readBalance } from './vault.ts';

/**
 * `GET /v1/vault/accounts/:vaultId/:assetId`: what the chain says, less what is promised to transfers under way.
 *
 * @throws CustodyFailure 404 if the vault has no such asset
 */
export async function showBalance(desk: Desk, vaultId: string, assetId: string): Promise<Record<string, unknown>> {
  const found = findAsset(desk, vaultId, assetId);
  if (found === null) throw new CustodyFailure(404, 1404, `Vault ${vaultId} holds no asset ${assetId}`);
  const { vault, asset } = found;
  const totalBase = await readBalance(desk.chain, vault, asset);
  let lockedBase = 0n;
  for (const transaction of desk.transactions.list()) {
    const isHere = transaction.vaultId === vaultId && transaction.assetId === assetId;
    // Once signed and sent the chain has taken the tokens; before that they are only promised.
    if (isHere && !isFinal(transaction) && transaction.signed === null)
      lockedBase += toBase(transaction.amount, asset.decimals) ?? 0n;
  }
  const lockable = lockedBase > totalBase ? totalBase : lockedBase;
  const total = toDecimal(totalBase, asset.decimals);
  return {
    id: assetId,
    total,
    balance: total,
    available: toDecimal(totalBase - lockable, asset.decimals),
    pending: '0',
    frozen: '0',
    lockedAmount: toDecimal(lockable, asset.decimals),
    blockHeight: (await desk.chain.getBlockNumber()).toString(),
  };
}
