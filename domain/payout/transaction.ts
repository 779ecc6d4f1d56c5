import { SITE_CODE } from '../site/code.ts';
import { decimalToToken } from '../token.ts';
import { UUID } from '../uuid.ts';

/** Names one attempt to pay one release out. */
export interface PayoutReference {
  readonly siteCode: string;
  readonly releaseId: string;
  /** Counts from 1. A new attempt follows only a failure that was read back. */
  readonly attempt: number;
}

const ATTEMPT = /^[1-9]\d{0,3}$/;

/**
 * The custody provider's permanent idempotency key of a payout, `{site}.{release}.{attempt}`. The site stands in it
 * because a webhook brings nothing else that says whose payout it is.
 *
 * @throws TypeError when a part could not be read back.
 */
export function externalTxId({ siteCode, releaseId, attempt }: PayoutReference): string {
  const text = `${siteCode}.${releaseId}.${attempt}`;
  if (parseExternalTxId(text) === null) throw new TypeError('These parts make no external transaction id.');
  return text;
}

/** Reads {@link externalTxId} back; null for anything that is not one of ours, such as a fuelling transaction. */
export function parseExternalTxId(text: string): PayoutReference | null {
  const [siteCode = '', releaseId = '', attempt = '', ...more] = text.split('.');
  const isOurs = more.length === 0 && SITE_CODE.test(siteCode) && UUID.test(releaseId) && ATTEMPT.test(attempt);
  return isOurs ? { siteCode, releaseId, attempt: Number(attempt) } : null;
}

export type PayoutOutcome = 'in_flight' | 'confirmed' | 'failed' | 'blocked';

const OUTCOME_OF_STATUS: ReadonlyMap<string, PayoutOutcome> = new Map([
  ['COMPLETED', 'confirmed'],
  ['FAILED', 'failed'],
  ['REJECTED', 'failed'],
  ['CANCELLED', 'failed'],
  ['BLOCKED', 'blocked'],
]);

/**
 * What a provider's status means for a payout. A status we do not know is in flight: taking it for a failure could send
 * the tokens twice.
 */
export function payoutOutcome(status: string): PayoutOutcome {
  return OUTCOME_OF_STATUS.get(status) ?? 'in_flight';
}

/** A transfer as the custody provider tells it; `amount` is a decimal string in whole tokens. */
export interface CustodyTransfer {
  readonly externalTxId: string;
  readonly vaultId: string;
  readonly assetId: string;
  readonly amount: string;
  readonly address: string;
}

/** The transfer we committed before calling. */
export interface ExpectedPayout {
  readonly externalTxId: string;
  readonly vaultId: string;
  readonly assetId: string;
  readonly amountBase: bigint;
  readonly decimals: number;
  readonly address: string;
}

/** Whether the provider's transfer is exactly the payout we meant. Only the letter case of the address is free. */
export function matchesPayout(transfer: CustodyTransfer, payout: ExpectedPayout): boolean {
  return (
    transfer.externalTxId === payout.externalTxId &&
    transfer.vaultId === payout.vaultId &&
    transfer.assetId === payout.assetId &&
    transfer.address.toLowerCase() === payout.address.toLowerCase() &&
    amountOrNull(transfer.amount, payout.decimals) === payout.amountBase
  );
}

function amountOrNull(amount: string, decimals: number): bigint | null {
  try {
    return decimalToToken(amount, decimals);
  } catch (error) {
    // The text is the provider's, not ours: what cannot be read as an amount of this token is simply another amount.
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}
