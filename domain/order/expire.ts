/** How long a buyer who is at the bank's own page, or whose bank is still thinking, may exceed the hold, once. */
export const EXTENSION_MINUTES = 15;

/** How long after its hold an order waits for an account that no longer lets us in: its tenant may mend that. */
export const LOST_ACCOUNT_HOURS = 24;

export interface ExpiryInput {
  /** The provider's word for the order's PaymentIntent, read just now; the set is open. */
  readonly intentStatus: string;
  readonly expiresAt: Date;
  /** When the hold was extended; null when it never was. */
  readonly extendedAt: Date | null;
  readonly now: Date;
}

export type ExpiryStep =
  /** The hold is not over. */
  | { readonly kind: 'wait' }
  /** The money is here. */
  | { readonly kind: 'settle' }
  /** Nobody can pay any more: the units go back. */
  | { readonly kind: 'release' }
  /** Cancel the PaymentIntent, then ask again with what the provider answers. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'extend'; readonly until: Date };

/**
 * What to do with an unpaid order whose hold may be over. Units return only when the provider says that nobody can pay
 * any more; money that came after all is settled, however late it is seen. A hold is extended once, from its own end, so
 * that an unfinished 3-D Secure cannot keep units for longer, nor a sweep that comes late lend it more time. A status we
 * do not know is cancelled like an unpaid one: the provider refuses where it must.
 */
export function decideExpiry({ intentStatus, expiresAt, extendedAt, now }: ExpiryInput): ExpiryStep {
  if (now < expiresAt) return { kind: 'wait' };
  switch (intentStatus) {
    case 'succeeded':
      return { kind: 'settle' };
    case 'canceled':
      return { kind: 'release' };
    case 'requires_action':
    case 'processing': {
      const until = new Date(expiresAt.getTime() + EXTENSION_MINUTES * 60_000);
      return extendedAt === null && now < until ? { kind: 'extend', until } : { kind: 'cancel' };
    }
    default:
      return { kind: 'cancel' };
  }
}

/**
 * Whether an order whose PaymentIntent lies on an account that lets us in no more gives its units back, unread. Buyers
 * reach that account through us alone, so nobody can pay; money that came all the same is late, and treated so once the
 * account is connected again.
 *
 * @param lastReadAt when the account was last read without a refusal; null when it never was
 */
export function isGivenUp(expiresAt: Date, lastReadAt: Date | null, now: Date): boolean {
  const since = Math.max(expiresAt.getTime(), lastReadAt?.getTime() ?? 0);
  return now.getTime() >= since + LOST_ACCOUNT_HOURS * 3_600_000;
}
