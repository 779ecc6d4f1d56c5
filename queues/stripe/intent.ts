import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { SITE_CODE } from '../../domain/site/code.ts';
import { UUID } from '../../domain/uuid.ts';

/** A PaymentIntent as far as it concerns us. */
export interface Intent {
  readonly id: string;
  /** The connected account it lives on; null for the platform's own. */
  readonly account: string | null;
  /** The provider's word; the set is open. */
  readonly status: string;
  /** What was asked for, minor units. */
  readonly amountMinor: bigint;
  /** What was captured, minor units. */
  readonly receivedMinor: bigint;
  /** As the provider writes it, in small letters. */
  readonly currency: string;
  /** The site code and order id we put into the metadata; null where there is none that could be ours. */
  readonly siteCode: string | null;
  readonly orderId: string | null;
}

const shape = z.object({
  id: z.string().min(1),
  object: z.literal('payment_intent'),
  status: z.string(),
  amount: z.int().nonnegative(),
  amount_received: z.int().nonnegative(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
});

/**
 * Reads a PaymentIntent, from an event or from an answer of the provider. `object` is checked because the provider's SDK
 * takes some answers for a success that are none.
 *
 * @throws DomainError `request.malformed`.
 */
export function readIntent(object: unknown, account: string | null): Intent {
  const result = shape.safeParse(object);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no PaymentIntent.' });
  const { id, status, amount, amount_received, currency, metadata } = result.data;
  return {
    id,
    account,
    status,
    amountMinor: BigInt(amount),
    receivedMinor: BigInt(amount_received),
    currency,
    siteCode: matching(SITE_CODE, metadata['site']),
    orderId: matching(UUID, metadata['order']),
  };
}

function matching(pattern: RegExp, text: string | undefined): string | null {
  return text !== undefined && pattern.test(text) ? text : null;
}
