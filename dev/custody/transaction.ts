import type { Hex } from '../chain/accounts.ts';

/** The states a transfer walks through here; Fireblocks knows more, and the product must bear with any. */
export type Status =
  'SUBMITTED' | 'PENDING_SIGNATURE' | 'BROADCASTING' | 'CONFIRMING' | 'COMPLETED' | 'FAILED' | 'REJECTED' | 'CANCELLED';

/** Where each state may lead. */
export const NEXT = {
  SUBMITTED: ['PENDING_SIGNATURE', 'FAILED', 'REJECTED', 'CANCELLED'],
  PENDING_SIGNATURE: ['BROADCASTING', 'FAILED', 'REJECTED', 'CANCELLED'],
  BROADCASTING: ['CONFIRMING', 'FAILED'],
  CONFIRMING: ['COMPLETED', 'FAILED'],
  COMPLETED: [],
  FAILED: [],
  REJECTED: [],
  CANCELLED: [],
} satisfies Record<Status, Status[]>;

/** A transfer as it is stored. Amounts are decimal strings of whole tokens, as they were asked for. */
export interface Transaction {
  id: string;
  externalTxId: string | null;
  customerRefId: string | null;
  assetId: string;
  vaultId: string;
  amount: string;
  destination: string;
  note: string;
  status: Status;
  subStatus: string;
  /** The signed transaction: stored before it is sent, so that sending it again can never pay twice. */
  signed: Hex | null;
  txHash: Hex | null;
  nonce: number | null;
  block: { height: string; hash: string } | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  lastUpdated: number;
}

/** Whether nothing will happen to the transfer any more. */
export function isFinal(transaction: Transaction): boolean {
  return NEXT[transaction.status].length === 0;
}

/** The transfer as the API and the webhooks show it. */
export function showTransaction(transaction: Transaction, sourceAddress: string): Record<string, unknown> {
  const { amount, vaultId, destination } = transaction;
  const asNumber = Number.parseFloat(amount);
  const isConfirmed = transaction.status === 'COMPLETED';
  const source = { type: 'VAULT_ACCOUNT', id: vaultId, name: `Vault ${vaultId}`, subType: '' };
  const target = { type: 'ONE_TIME_ADDRESS', id: '', name: 'N/A', subType: '' };
  return {
    id: transaction.id,
    ...(transaction.externalTxId === null ? {} : { externalTxId: transaction.externalTxId }),
    ...(transaction.customerRefId === null ? {} : { customerRefId: transaction.customerRefId }),
    status: transaction.status,
    subStatus: transaction.subStatus,
    txHash: transaction.txHash ?? '',
    operation: 'TRANSFER',
    note: transaction.note,
    assetId: transaction.assetId,
    assetType: 'ERC20',
    source,
    sourceAddress,
    destination: target,
    destinations: [],
    destinationAddress: destination,
    destinationAddressDescription: '',
    destinationTag: '',
    amountInfo: { amount, requestedAmount: amount, netAmount: amount, amountUSD: null },
    amount: asNumber,
    requestedAmount: asNumber,
    netAmount: asNumber,
    amountUSD: null,
    feeInfo: {},
    feeCurrency: 'ETH_LOCAL',
    networkFee: -1,
    createdAt: transaction.createdAt,
    lastUpdated: transaction.lastUpdated,
    createdBy: 'local-api-user',
    signedBy: transaction.signed === null ? [] : ['local-api-user'],
    rejectedBy: '',
    addressType: '',
    exchangeTxId: '',
    numOfConfirmations: isConfirmed ? 1 : 0,
    ...(transaction.block === null
      ? {}
      : { blockInfo: { blockHeight: transaction.block.height, blockHash: transaction.block.hash } }),
    signedMessages: [],
    networkRecords: [],
  };
}
