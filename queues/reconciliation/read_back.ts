import { DomainError } from '../../domain/error.ts';
import { isMissing } from '../../domain/payment/failure.ts';
import type { Line } from '../../domain/reconciliation/compare.ts';
import type { Ports } from '../ports.ts';
import { disputeLines, linesOfRefund } from './movement.ts';

/**
 * What the provider says now of an object: the line of the kind that is asked for, or none when it has no such object.
 *
 * @throws DomainError `payment.unavailable` (retry), `payment.provider_failed`
 */
export async function readLines(
  ports: Ports,
  { kind, reference, account }: { kind: string; reference: string; account: string | null },
): Promise<Line[]> {
  try {
    return (await linesNow(ports, kind, reference, account)).filter((line) => line.kind === kind);
  } catch (error) {
    if (error instanceof DomainError && isMissing(error.cause)) return [];
    throw error;
  }
}

async function linesNow(ports: Ports, kind: string, reference: string, account: string | null): Promise<Line[]> {
  switch (kind) {
    case 'charge': {
      const { receivedMinor, currency } = await ports.payments.read(reference, account);
      return [{ kind, reference, currency: currency.toUpperCase(), minor: receivedMinor }];
    }
    case 'refund':
    case 'refund_returned':
      return linesOfRefund(await ports.payments.readRefund(reference, account));
    case 'dispute_withdrawn':
    case 'dispute_reinstated':
      return disputeLines(await ports.payments.readDispute(reference, account));
    default:
      throw new TypeError(`there is no line of the kind ${kind}`);
  }
}

/** The site that a PaymentIntent of the platform's own account names; null for none, and for one that is not there. */
export async function siteNamed(ports: Ports, intentId: string): Promise<string | null> {
  try {
    return (await ports.payments.read(intentId, null)).siteCode;
  } catch (error) {
    if (error instanceof DomainError && isMissing(error.cause)) return null;
    throw error;
  }
}
