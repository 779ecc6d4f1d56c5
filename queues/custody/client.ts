import { FireblocksSDK, PeerType, TransactionOperation } from 'fireblocks-sdk';
import { DomainError } from '../../domain/error.ts';
import type { CustodyTransfer } from '../../domain/payout/transaction.ts';
import { classifyCustodyError } from './classify.ts';
import { readTransaction } from './transaction.ts';
import type { CustodyTransaction } from './transaction.ts';

/** How the provider answered a transfer. What it did not answer is thrown as `custody.unavailable`. */
export type CreateResult =
  | { readonly kind: 'created'; readonly id: string; readonly status: string }
  /** The external id was used before; who reads it back finds the transaction. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused' };

/**
 * What the consumer asks of custody. All throw DomainError `custody.unavailable` (retry) when the outcome is unknown,
 * and those that find also when the provider refuses; these throw `request.malformed`, which no queue retries, when the
 * answer is no transaction.
 */
export interface CustodyProvider {
  /** Sends tokens once: `externalTxId` is the provider's permanent idempotency key. */
  readonly create: (transfer: CustodyTransfer) => Promise<CreateResult>;
  /** Null when the provider knows no such transaction. */
  readonly findByExternalId: (externalTxId: string) => Promise<CustodyTransaction | null>;
  readonly findById: (id: string) => Promise<CustodyTransaction | null>;
}

export interface FireblocksAccess {
  readonly apiKey: string;
  /** PKCS#8 PEM. */
  readonly secretKey: string;
  readonly apiUrl: string;
}

const TIMEOUT_MILLISECONDS = 15_000;

/** Custody by Fireblocks' SDK. */
export function fireblocksCustody({ apiKey, secretKey, apiUrl }: FireblocksAccess): CustodyProvider {
  const sdk = new FireblocksSDK(secretKey, apiKey, apiUrl, undefined, { timeoutInMs: TIMEOUT_MILLISECONDS });
  return {
    create: async ({ externalTxId, vaultId, assetId, amount, address }) => {
      try {
        const { id, status } = await sdk.createTransaction({
          operation: TransactionOperation.TRANSFER,
          assetId,
          source: { type: PeerType.VAULT_ACCOUNT, id: vaultId },
          destination: { type: PeerType.ONE_TIME_ADDRESS, oneTimeAddress: { address } },
          amount,
          externalTxId,
        });
        return { kind: 'created', id, status };
      } catch (error) {
        const answer = classifyCustodyError(error);
        if (answer === 'duplicate' || answer === 'refused') return { kind: answer };
        throw new DomainError('custody.unavailable', { cause: error });
      }
    },
    findByExternalId: (externalTxId) => find(() => sdk.getTransactionByExternalTxId(externalTxId)),
    findById: (id) => find(() => sdk.getTransactionById(id)),
  };
}

async function find(read: () => Promise<unknown>): Promise<CustodyTransaction | null> {
  let answer: unknown;
  try {
    answer = await read();
  } catch (error) {
    if (classifyCustodyError(error) === 'not_found') return null;
    throw new DomainError('custody.unavailable', { cause: error });
  }
  return readTransaction(answer);
}
