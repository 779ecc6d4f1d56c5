import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { CustodyTransfer } from '../../domain/payout/transaction.ts';

/** A transaction as the custody provider has it now. */
export interface CustodyTransaction extends Omit<CustodyTransfer, 'externalTxId'> {
  /** The provider's own id. */
  readonly id: string;
  /** Null for a transaction nobody gave one, such as a fuelling. */
  readonly externalTxId: string | null;
  /** The provider's word; the set is open. */
  readonly status: string;
  /** Null until it was broadcast. */
  readonly txHash: string | null;
}

const text = z.string().nullish();

const shape = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  externalTxId: text,
  txHash: text,
  assetId: text,
  source: z.object({ id: text }).nullish(),
  destinationAddress: text,
  amountInfo: z.object({ amount: text, requestedAmount: text }).nullish(),
});

/**
 * Reads a transaction from a webhook or from an answer; both have one shape. What is missing becomes empty text, which
 * matches no payout of ours. The amount is the text one: the provider's number form cannot hold a token amount.
 *
 * @throws DomainError `request.malformed`.
 */
export function readTransaction(object: unknown): CustodyTransaction {
  const result = shape.safeParse(object);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no custody transaction.' });
  const { id, status, externalTxId, txHash, assetId, source, destinationAddress, amountInfo } = result.data;
  return {
    id,
    status,
    externalTxId: externalTxId ?? null,
    txHash: txHash === undefined || txHash === '' ? null : txHash,
    vaultId: source?.id ?? '',
    assetId: assetId ?? '',
    amount: amountInfo?.requestedAmount ?? amountInfo?.amount ?? '',
    address: destinationAddress ?? '',
  };
}
