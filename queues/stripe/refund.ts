import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { UUID } from '../../domain/uuid.ts';
import { reference } from './reference.ts';

/** A refund, as the provider has it. */
export interface RefundFact {
  readonly id: string;
  /** The connected account it lives on; null for the platform's own. */
  readonly account: string | null;
  /** The PaymentIntent whose money goes back; null for a charge that had none. */
  readonly intentId: string | null;
  /** The provider's word; the set is open. */
  readonly status: string | null;
  readonly amountMinor: bigint;
  /** As the provider writes it, in small letters. */
  readonly currency: string;
  /** Our row's id in the metadata; null where there is none that could be ours. */
  readonly refundId: string | null;
}

const shape = z.object({
  id: z.string().min(1),
  object: z.literal('refund'),
  status: z.string().nullable(),
  amount: z.int().positive(),
  currency: z.string(),
  payment_intent: reference,
  metadata: z.record(z.string(), z.string()).nullish(),
});

/**
 * Reads a refund, from an event or from an answer of the provider.
 *
 * @throws DomainError `request.malformed`.
 */
export function readRefund(object: unknown, account: string | null): RefundFact {
  const result = shape.safeParse(object);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no refund.' });
  const { id, status, amount, currency, payment_intent: intentId, metadata } = result.data;
  const named = metadata?.['refund'] ?? '';
  return {
    id,
    account,
    intentId,
    status,
    amountMinor: BigInt(amount),
    currency,
    refundId: UUID.test(named) ? named : null,
  };
}
