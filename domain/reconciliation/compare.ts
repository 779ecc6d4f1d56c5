import type { RefundState } from '../refund/state.ts';

/**
 * What a line is about: a capture, a refund and what of it came back, what a bank took for a dispute and what it gave back.
 */
export type LineKind = 'charge' | 'refund' | 'refund_returned' | 'dispute_withdrawn' | 'dispute_reinstated';

/** An amount of money that one side says has moved, in minor units without a sign. */
export interface Line {
  readonly kind: LineKind;
  /** The provider's id of the PaymentIntent, the refund or the dispute. */
  readonly reference: string;
  /** ISO 4217 in capitals. */
  readonly currency: string;
  readonly minor: bigint;
}

/** A line on which the two sides do not agree; 0 for the side that does not have it. */
export interface Break {
  readonly kind: LineKind;
  readonly reference: string;
  readonly currency: string;
  readonly providerMinor: bigint;
  readonly ledgerMinor: bigint;
}

/**
 * Compares what the provider says has moved with what we have booked, each line by its kind, object and currency. Several
 * lines of one object add up, and a line of nothing is none.
 */
export function compareLines(there: readonly Line[], here: readonly Line[]): Break[] {
  const breaks = new Map<string, Break>();
  const add = ({ kind, reference, currency, minor }: Line, side: 'providerMinor' | 'ledgerMinor') => {
    const key = JSON.stringify([kind, reference, currency]);
    const known = breaks.get(key) ?? { kind, reference, currency, providerMinor: 0n, ledgerMinor: 0n };
    breaks.set(key, { ...known, [side]: known[side] + minor });
  };
  for (const line of there) add(line, 'providerMinor');
  for (const line of here) add(line, 'ledgerMinor');
  return [...breaks.values()].filter(({ providerMinor, ledgerMinor }) => providerMinor !== ledgerMinor);
}

/**
 * The lines of a refund. One that is on its way counts as one that arrived: its money has left the balance already, and a
 * refund that one side does not know at all must not look like nothing.
 */
export function refundLines(of: Omit<Line, 'kind'> & { readonly state: RefundState }): Line[] {
  const { state, reference, currency, minor } = of;
  return [
    { kind: 'refund', reference, currency, minor: state === 'canceled' ? 0n : minor },
    { kind: 'refund_returned', reference, currency, minor: state === 'failed' ? minor : 0n },
  ];
}
