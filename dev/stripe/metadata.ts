import type Stripe from 'stripe';
import { invalidParameter } from './error.ts';
import type { Form } from './form.ts';

/** @throws StripeFailure 400 for too many entries, or one that is too long */
export function checkMetadata(group: Form): Stripe.Metadata {
  const metadata: Stripe.Metadata = {};
  for (const [key, value] of Object.entries(group)) {
    const isFine = typeof value === 'string' && key.length <= 40 && value.length <= 500;
    if (!isFine) {
      const message = 'Metadata keys have at most 40 characters, and values are texts of at most 500.';
      throw invalidParameter(`metadata[${key}]`, 'parameter_invalid_string', message);
    }
    metadata[key] = value;
  }
  if (Object.keys(metadata).length > 50) {
    throw invalidParameter('metadata', 'parameter_invalid', 'Metadata can only have up to 50 keys.');
  }
  return metadata;
}
