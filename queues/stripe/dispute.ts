import { z } from 'zod';
import type { DisputeFact } from '../../domain/dispute/merge.ts';
import { DomainError } from '../../domain/error.ts';
import { reference } from './reference.ts';

/** A dispute, as the provider has it. */
export interface ProviderDispute extends DisputeFact {
  readonly id: string;
  /** The connected account it lives on; null for the platform's own. */
  readonly account: string | null;
  readonly intentId: string | null;
  /** As the provider writes it, in small letters. */
  readonly currency: string;
  /** The provider's word for why. */
  readonly reason: string | null;
  readonly openedAt: Date;
  /** Until when evidence may be sent. */
  readonly dueBy: Date | null;
}

const shape = z.object({
  id: z.string().min(1),
  object: z.literal('dispute'),
  status: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string(),
  reason: z.string().nullish(),
  created: z.int(),
  payment_intent: reference,
  balance_transactions: z.array(z.object({ amount: z.int(), currency: z.string() })),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
});

type Shape = z.infer<typeof shape>;

/**
 * Reads a dispute, from an event or from an answer of the provider.
 *
 * @throws DomainError `request.malformed`.
 */
export function readDispute(object: unknown, account: string | null): ProviderDispute {
  const result = shape.safeParse(object);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no dispute.' });
  const dispute = result.data;
  const dueBy = dispute.evidence_details?.due_by ?? null;
  return {
    id: dispute.id,
    account,
    intentId: dispute.payment_intent,
    status: dispute.status,
    amountMinor: BigInt(dispute.amount),
    withdrawnMinor: movedMinor(dispute, -1n),
    reinstatedMinor: movedMinor(dispute, 1n),
    currency: dispute.currency,
    reason: dispute.reason ?? null,
    openedAt: new Date(dispute.created * 1_000),
    dueBy: dueBy === null ? null : new Date(dueBy * 1_000),
  };
}

/**
 * What moved on the provider's balance in one direction. A balance kept in another currency than the payment's tells no
 * amount of ours: then the whole of the dispute has moved.
 */
function movedMinor({ balance_transactions: moves, amount, currency }: Shape, sign: 1n | -1n): bigint {
  return moves
    .map((move) => ({ ...move, minor: BigInt(move.amount) * sign }))
    .filter(({ minor }) => minor > 0n)
    .reduce((sum, move) => sum + (move.currency === currency ? move.minor : BigInt(amount)), 0n);
}
