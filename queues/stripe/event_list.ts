import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import { PAYMENT_EVENTS } from '../../domain/payment/event_type.ts';
import { onAccount, stripeConfig } from '../../domain/payment/connection.ts';
import { paymentFailure } from '../../domain/payment/failure.ts';
import type { StripeAccess } from './provider.ts';

/** Which events are wanted: those from a time on, or those beside a known one. */
export interface EventQuery {
  /** Seconds since 1970 by the provider's clock. */
  readonly from?: number;
  /** The last second of which events are wanted. */
  readonly until?: number;
  /** Only what is older than this event. */
  readonly olderThan?: string;
  /** Only what is newer than this event, the next ones first of all. */
  readonly newerThan?: string;
}

/** The newest first, as the provider lists them. */
export interface EventPage {
  readonly events: readonly Stripe.Event[];
  /** Whether there are more in the direction that was asked. */
  readonly hasMore: boolean;
}

/**
 * A hundred events of an account that may change something of ours, not of what else its owner sells; null is the platform's
 * own account. The provider keeps them for thirty days: beside an event that it no longer lists there is no page.
 */
export type ListEvents = (account: string | null, query: EventQuery) => Promise<EventPage | null>;

/** The provider's own bound of a page, and what one message of a sweep handles. */
export const EVENTS_PAGE = 100;

/**
 * Lists events by Stripe's SDK.
 *
 * @returns a function that throws DomainError `payment.account_lost` when the account lets us in no more,
 * `payment.unavailable` (retry) for all else that fails.
 */
export function stripeEvents({ secretKey, apiUrl }: StripeAccess): ListEvents {
  const stripe = new Stripe(secretKey, stripeConfig(apiUrl));
  return async (account, { from, until, olderThan, newerThan }) => {
    const params: Stripe.EventListParams = {
      limit: EVENTS_PAGE,
      types: [...PAYMENT_EVENTS],
      created: { ...(from === undefined ? {} : { gte: from }), ...(until === undefined ? {} : { lte: until }) },
      ...(olderThan === undefined ? {} : { starting_after: olderThan }),
      ...(newerThan === undefined ? {} : { ending_before: newerThan }),
    };
    try {
      const { data, has_more: hasMore } = await stripe.events.list(params, onAccount(account));
      return { events: data, hasMore };
    } catch (error) {
      if (newerThan !== undefined && isForgotten(error)) return null;
      const isLost = paymentFailure(error) === 'account_lost';
      throw new DomainError(isLost ? 'payment.account_lost' : 'payment.unavailable', { cause: error });
    }
  };
}

/** Also an event that is known but no longer listed: the time alone says then where to go on. */
function isForgotten(error: unknown): boolean {
  const isRefused = error instanceof Stripe.errors.StripeInvalidRequestError;
  return isRefused && (error.code === 'resource_missing' || error.statusCode === 400);
}
