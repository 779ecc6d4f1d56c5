import { payoutOutcome } from './transaction.ts';

export type PayoutState = 'submitting' | 'submitted' | 'confirmed' | 'failed' | 'blocked';

export type PayoutUpdate =
  | { readonly kind: 'move'; readonly to: 'submitted' | 'confirmed' | 'failed' | 'blocked' }
  /** The state stays; custody's word is kept. `isOld` when it is older than the one we have. */
  | { readonly kind: 'note'; readonly isOld: boolean }
  | { readonly kind: 'repeated' }
  /** Custody says another end than it said before. */
  | { readonly kind: 'contradiction' };

/** The known words of a transfer in flight, in the order in which they come. */
const FLIGHT = [
  'SUBMITTED',
  'PENDING_AML_SCREENING',
  'PENDING_ENRICHMENT',
  'PENDING_AUTHORIZATION',
  'QUEUED',
  'PENDING_SIGNATURE',
  'PENDING_3RD_PARTY_MANUAL_APPROVAL',
  'PENDING_3RD_PARTY',
  'BROADCASTING',
  'CONFIRMING',
  'CANCELLING',
] as const;

/**
 * What custody's word changes on a payout. Words come doubled and out of order, so an end stays an end: a later word of
 * flight changes nothing, and another end is a contradiction for a person to look at.
 *
 * @param known custody's last word on the payout; null before the first.
 */
export function decideUpdate(state: PayoutState, known: string | null, status: string): PayoutUpdate {
  const outcome = payoutOutcome(status);
  switch (state) {
    case 'submitting':
      return { kind: 'move', to: outcome === 'in_flight' ? 'submitted' : outcome };
    case 'submitted':
      return outcome === 'in_flight' ? { kind: 'note', isOld: isOlder(status, known) } : { kind: 'move', to: outcome };
    case 'confirmed':
    case 'failed':
    case 'blocked':
      return outcome === state || outcome === 'in_flight' ? { kind: 'repeated' } : { kind: 'contradiction' };
  }
}

function isOlder(status: string, known: string | null): boolean {
  const words: readonly string[] = FLIGHT;
  const rank = words.indexOf(status);
  return rank >= 0 && known !== null && rank < words.indexOf(known);
}
