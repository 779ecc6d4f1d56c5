import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { reference } from './reference.ts';

/** The card issuer's early warning that a payment may be a fraud. It takes no money, and is no dispute yet. */
export interface FraudWarning {
  readonly id: string;
  readonly account: string | null;
  readonly intentId: string | null;
  readonly chargeId: string | null;
}

const shape = z.object({
  id: z.string().min(1),
  object: z.literal('radar.early_fraud_warning'),
  payment_intent: reference,
  charge: reference,
});

/**
 * Reads an early fraud warning, from an event or from an answer of the provider.
 *
 * @throws DomainError `request.malformed`.
 */
export function readWarning(object: unknown, account: string | null): FraudWarning {
  const result = shape.safeParse(object);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no fraud warning.' });
  const { id, payment_intent: intentId, charge: chargeId } = result.data;
  return { id, account, intentId, chargeId };
}
