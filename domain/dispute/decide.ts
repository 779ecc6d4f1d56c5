import {
  disputeLost,
  disputeReinstated,
  disputeSurplus,
  disputeSurplusUndone,
  disputeWithdrawn,
} from '../ledger/money.ts';
import type { MoneySource } from '../ledger/money.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { mergeDispute } from './merge.ts';
import type { DisputeFact, DisputeRecord } from './merge.ts';

export interface DisputeInput {
  /** Null when it is new to us. */
  readonly known: DisputeRecord | null;
  /** What the provider answers now; what an event carried may be older, and is not asked. */
  readonly current: DisputeFact;
  /** Where the payment's money stands. */
  readonly source: MoneySource;
  readonly currency: string;
  /** A fresh UUIDv7, for the change this may be. */
  readonly changeId: string;
}

export interface DisputeChange {
  readonly changeId: string;
  readonly record: DisputeRecord;
  /** What is gone now and was not before. */
  readonly newlyGoneMinor: bigint;
  readonly transfers: readonly Transfer[];
}

/**
 * Decides what the provider's word on a dispute changes. It compares cumulative amounts, so the money at the provider comes
 * to the same however often it was asked, and when. A loss of which nobody learned before an appeal was won has taken
 * nothing back.
 *
 * @returns null when everything was known.
 */
export function decideDispute(input: DisputeInput): DisputeChange | null {
  const { known, current, changeId } = input;
  const record = mergeDispute(known, current);
  if (known !== null && isSame(known, record)) return null;
  return {
    changeId,
    record,
    newlyGoneMinor: record.lostMinor - (known?.lostMinor ?? 0n),
    transfers: transfersOf(input, record),
  };
}

function isSame(left: DisputeRecord, right: DisputeRecord): boolean {
  return (
    left.status === right.status &&
    left.amountMinor === right.amountMinor &&
    left.withdrawnMinor === right.withdrawnMinor &&
    left.reinstatedMinor === right.reinstatedMinor &&
    left.lostMinor === right.lostMinor
  );
}

const NOTHING = { withdrawnMinor: 0n, reinstatedMinor: 0n, lostMinor: 0n };

function transfersOf({ known, source, currency, changeId }: DisputeInput, record: DisputeRecord): Transfer[] {
  const before = known ?? NOTHING;
  const of = (amountMinor: bigint) => ({ changeId, currency, amountMinor });
  const transfers: Transfer[] = [];
  const post = (amountMinor: bigint, make: (amountMinor: bigint) => Transfer) => {
    if (amountMinor > 0n) transfers.push(make(amountMinor));
  };
  post(record.withdrawnMinor - before.withdrawnMinor, (minor) => disputeWithdrawn(of(minor)));
  post(record.reinstatedMinor - before.reinstatedMinor, (minor) => disputeReinstated(of(minor)));
  post(record.lostMinor - before.lostMinor, (minor) => disputeLost({ ...of(minor), source }));
  const surplusMinor = surplusOf(record) - surplusOf(before);
  post(surplusMinor, (minor) => disputeSurplus(of(minor)));
  post(-surplusMinor, (minor) => disputeSurplusUndone(of(minor)));
  return transfers;
}

/** What came back though it had been written off. */
function surplusOf(record: Pick<DisputeRecord, 'withdrawnMinor' | 'reinstatedMinor' | 'lostMinor'>): bigint {
  const surplusMinor = record.reinstatedMinor + record.lostMinor - record.withdrawnMinor;
  return surplusMinor > 0n ? surplusMinor : 0n;
}
