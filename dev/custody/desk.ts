import { randomUUID } from 'node:crypto';
import type { PublicClient } from 'viem';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';
import type { Courier } from '../webhook.ts';
import { Faults } from './fault.ts';
import { notify } from './notify.ts';
import { NEXT, showTransaction } from './transaction.ts';
import type { Status, Transaction } from './transaction.ts';
import { openChain } from './vault.ts';
import type { Asset, Vault } from './vault.ts';

/** Everything the custodian works with. */
export interface Desk {
  store: Store;
  courier: Courier;
  chain: PublicClient;
  vaults: readonly Vault[];
  transactions: Shelf<Transaction>;
  /** The transfer's id by its `externalTxId`, for ever. */
  externalIds: Shelf<string>;
  workspaceId: string;
  faults: Faults;
}

/** Opens the desk on a store. */
export function openDesk(store: Store, courier: Courier, rpcUrl: string, vaults: readonly Vault[]): Desk {
  const names = openShelf<string>(store, 'custody.name');
  names.insert('workspace', randomUUID());
  return {
    store,
    courier,
    chain: openChain(rpcUrl),
    vaults,
    transactions: openShelf(store, 'custody.transaction'),
    externalIds: openShelf(store, 'custody.external_id'),
    workspaceId: names.get('workspace') ?? '',
    faults: new Faults(),
  };
}

/** Vault and asset by their ids, or null if there is no such pair. */
export function findAsset(desk: Desk, vaultId: string, assetId: string): { vault: Vault; asset: Asset } | null {
  const vault = desk.vaults.find((known) => known.id === vaultId);
  const asset = vault !== undefined && Object.hasOwn(vault.assets, assetId) ? vault.assets[assetId] : undefined;
  return vault === undefined || asset === undefined ? null : { vault, asset };
}

/** The transfer as everyone sees it. */
export function show(desk: Desk, transaction: Transaction): Record<string, unknown> {
  const vault = desk.vaults.find((known) => known.id === transaction.vaultId);
  return showTransaction(transaction, vault?.address ?? '');
}

/**
 * Moves a transfer to its next state and announces that, in one commit.
 *
 * @throws TypeError for a step the table of states does not have
 */
export function advance(desk: Desk, id: string, status: Status, change: Partial<Transaction> = {}): Transaction {
  return desk.store.commit(() => {
    const before = desk.transactions.get(id);
    if (before === undefined) throw new TypeError(`There is no transaction ${id}.`);
    const allowed: Status[] = NEXT[before.status];
    if (!allowed.includes(status)) throw new TypeError(`A transaction cannot go from ${before.status} to ${status}.`);
    const after: Transaction = { ...before, ...change, status, lastUpdated: Date.now() };
    desk.transactions.put(id, after);
    notify(desk.courier, desk.workspaceId, 'transaction.status.updated', id, show(desk, after));
    return after;
  });
}
