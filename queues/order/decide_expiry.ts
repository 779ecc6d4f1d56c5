/** How long a buyer who is at the bank's own page, or whose bank is still thinking, may exceed the hold. */
export const EXTENSION_MINUTES = 15;

export interface ExpiryInput {
  /** The provider's word for the PaymentIntent; the set is open. */
  readonly intentStatus: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

/**
 * What to do with the PaymentIntent of an order whose hold is over. Units return only when the provider says that nobody
 * can pay any more; money that came after all is settled. A status we do not know is cancelled like an unpaid one: the
 * provider refuses where it must.
 */
export function decideExpiry({ intentStatus, expiresAt, now }: ExpiryInput): 'settle' | 'release' | 'wait' | 'cancel' {
  switch (intentStatus) {
    case 'succeeded':
      return 'settle';
    case 'canceled':
      return 'release';
    case 'requires_action':
    case 'processing':
      return now.getTime() < expiresAt.getTime() + EXTENSION_MINUTES * 60_000 ? 'wait' : 'cancel';
    default:
      return 'cancel';
  }
}
