/** What a refusal means to whoever carries the message: may trying again help, and what may be said in public. */
interface Refusal {
  readonly retry: boolean;
  readonly sentence: string;
}

/**
 * Every way the platform says no. The set is closed: the API maps each code to a status, the consumer reads `retry`,
 * and database guards raise these very codes as their message. A sentence is public, so it names no cause.
 */
export const REFUSALS = {
  'request.malformed': { retry: false, sentence: 'The request does not have the expected form.' },
  'request.too_large': { retry: false, sentence: 'The request is too large.' },
  'request.unsupported_media': { retry: false, sentence: 'Send the body as JSON.' },
  'request.not_found': { retry: false, sentence: 'There is nothing here.' },
  'request.method': { retry: false, sentence: 'This method is not allowed here.' },
  'request.rate_limited': { retry: true, sentence: 'Too many requests. Wait a moment and try again.' },
  'host.unknown': { retry: false, sentence: 'No site answers on this host.' },
  'site.suspended': { retry: false, sentence: 'Sales on this site are paused.' },
  'auth.required': { retry: false, sentence: 'Sign in first.' },
  'auth.forbidden': { retry: false, sentence: 'You may not do this.' },
  'auth.nonce_invalid': { retry: false, sentence: 'This sign-in request is no longer valid. Start again.' },
  'auth.message_invalid': { retry: false, sentence: 'The signed message is not the one we asked for.' },
  'auth.signature_invalid': { retry: false, sentence: 'The signature does not belong to this wallet.' },
  'auth.origin': { retry: false, sentence: 'The request came from another site.' },
  'auth.method': { retry: false, sentence: 'This site does not offer this way to sign in.' },
  'auth.ambiguous': { retry: false, sentence: 'Send a session or an access token, not both.' },
  'auth.token_invalid': { retry: false, sentence: 'The access token is not valid.' },
  'auth.scope': { retry: false, sentence: 'The access token does not carry the right to do this.' },
  'auth.fresh_required': { retry: false, sentence: 'Sign in again to do this.' },
  'auth.state_invalid': { retry: false, sentence: 'This sign-in did not begin in this browser. Start again.' },
  'auth.declined': { retry: false, sentence: 'The sign-in was cancelled or refused.' },
  'auth.unavailable': { retry: true, sentence: 'Sign-in cannot be reached at the moment. Try again.' },
  'auth.last_way': { retry: false, sentence: 'This is your last way to sign in.' },
  'auth.identity_taken': { retry: false, sentence: 'This sign-in already belongs to another account with orders.' },
  'auth.not_operator': { retry: false, sentence: 'This account does not operate a site.' },
  'user.restricted': { retry: false, sentence: 'This account may not buy.' },
  'user.suspended': { retry: false, sentence: 'This account is suspended.' },
  'user.kyc_required': { retry: false, sentence: 'Verify your identity before you buy.' },
  'user.country_denied': { retry: false, sentence: 'This sale is not offered in your country.' },
  'user.wallet_unknown': { retry: false, sentence: 'This wallet is not bound to your account.' },
  'wallet.forbidden_address': { retry: false, sentence: 'Tokens cannot be sent to this address.' },
  'wallet.taken': { retry: false, sentence: 'This wallet belongs to another account.' },
  'wallet.too_many': { retry: false, sentence: 'This account has as many wallets as it may have.' },
  'wallet.unknown': { retry: false, sentence: 'There is no such wallet.' },
  'wallet.chain_unavailable': { retry: true, sentence: 'The chain cannot be asked about this wallet now. Try again.' },
  'session.unknown': { retry: false, sentence: 'There is no such session.' },
  'user.unknown': { retry: false, sentence: 'There is no such account.' },
  'user.open_claims': { retry: false, sentence: 'Tokens or payments of this account are still on their way.' },
  'terms.outdated': { retry: false, sentence: 'The terms have changed. Read and accept the current ones.' },
  'tier.unknown': { retry: false, sentence: 'There is no such tier.' },
  'tier.changed': { retry: false, sentence: 'The tier has changed. Check the new price.' },
  'tier.upcoming': { retry: false, sentence: 'The sale of this tier has not opened yet.' },
  'tier.closed': { retry: false, sentence: 'The sale of this tier is closed.' },
  'tier.sold_out': { retry: false, sentence: 'This tier is sold out.' },
  'tier.buyer_limit': { retry: false, sentence: 'This is more than one buyer may hold of this tier.' },
  'tier.not_enough_left': { retry: false, sentence: 'Fewer units are left than you asked for.' },
  'tier.supply': { retry: false, sentence: 'More units of this tier are held or sold than that.' },
  'tier.promotion_overlap': { retry: false, sentence: 'This tier has another promotion in that time.' },
  'promo.unknown': { retry: false, sentence: 'There is no such promo code.' },
  'promo.expired': { retry: false, sentence: 'This promo code is no longer valid.' },
  'promo.exhausted': { retry: false, sentence: 'This promo code has been used up.' },
  'promo.buyer_limit': { retry: false, sentence: 'You have used this promo code as often as you may.' },
  'promo.minimum': { retry: false, sentence: 'The order is too small for this promo code.' },
  'promo.tier': { retry: false, sentence: 'This promo code is not for this tier.' },
  'order.unknown': { retry: false, sentence: 'There is no such order.' },
  'order.unpaid_exists': { retry: false, sentence: 'You already have an unpaid order for this tier.' },
  'order.too_many_unpaid': { retry: false, sentence: 'Too many unpaid orders come from your network.' },
  'order.too_many_expired': { retry: false, sentence: 'Several of your orders ended unpaid. Try again in an hour.' },
  'order.state': { retry: false, sentence: 'The state of this order does not allow that.' },
  'order.amount_too_small': { retry: false, sentence: 'The amount is below what can be charged.' },
  'order.amount_too_large': { retry: false, sentence: 'The amount is above what can be charged at once.' },
  'order.expired': { retry: false, sentence: 'This order has expired.' },
  'idempotency.required': { retry: false, sentence: 'Send an Idempotency-Key with this request.' },
  'idempotency.invalid': { retry: false, sentence: 'The Idempotency-Key is not valid.' },
  'idempotency.mismatch': { retry: false, sentence: 'This Idempotency-Key was used for another request.' },
  'payment.provider_failed': { retry: true, sentence: 'The payment provider did not answer as expected. Try again.' },
  'payment.unavailable': { retry: true, sentence: 'The payment provider cannot be reached. Try again.' },
  'payment.account_lost': { retry: true, sentence: 'The payment provider cannot be reached. Try again.' },
  'payment.mismatch': { retry: false, sentence: 'The payment does not match the order.' },
  'payment.unknown': { retry: false, sentence: 'There is no such payment of this order.' },
  'payment.state': { retry: false, sentence: 'The state of this payment does not allow that.' },
  'refund.unknown': { retry: false, sentence: 'There is no such refund.' },
  'refund.amount': { retry: false, sentence: 'This amount cannot be refunded.' },
  'refund.exceeds': { retry: false, sentence: 'This is more than is left to refund.' },
  'refund.state': { retry: false, sentence: 'The state of this refund does not allow that.' },
  'refund.mismatch': { retry: false, sentence: 'The refund does not match the payment.' },
  'dispute.mismatch': { retry: false, sentence: 'The dispute does not match the payment.' },
  'allocation.unknown': { retry: false, sentence: 'There is no such allocation.' },
  'release.unknown': { retry: false, sentence: 'There is no such release.' },
  'release.state': { retry: false, sentence: 'The state of this release does not allow that.' },
  'release.risk_window': { retry: false, sentence: 'The payment may still be disputed. Tokens are paid out later.' },
  'release.frozen': { retry: false, sentence: 'This release is frozen.' },
  'release.wallet_wait': { retry: false, sentence: 'The wallet changed less than 24 hours ago.' },
  'custody.missing': { retry: false, sentence: 'This site has no vault and asset to pay out from.' },
  'custody.unavailable': { retry: true, sentence: 'The custody provider cannot be reached. Try again.' },
  'custody.refused': { retry: false, sentence: 'The custody provider refused the transfer.' },
  'webhook.signature': { retry: false, sentence: 'The signature of this webhook is not valid.' },
  'webhook.unavailable': { retry: true, sentence: 'The webhook cannot be taken now. Send it again.' },
  'webhook.cut': { retry: false, sentence: 'Of this event only its ids are kept. It cannot be taken again.' },
  'webhook.unmapped': { retry: false, sentence: 'This event belongs to no site.' },
  'event.unknown_order': { retry: true, sentence: 'The order of this event is not known yet.' },
  'secret.unreadable': { retry: false, sentence: 'Something went wrong on our side.' },
  'guard.changed': { retry: true, sentence: 'Something changed meanwhile. Try again.' },
  'database.unavailable': { retry: true, sentence: 'The database cannot be reached. Try again.' },
  internal: { retry: false, sentence: 'Something went wrong on our side.' },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;

export interface DomainErrorOptions {
  /** A public sentence that says more than the code's own one. */
  readonly detail?: string;
  /** Public, JSON-safe members that go out with the answer as they stand. */
  readonly extra?: Record<string, unknown>;
  /** What was caught. It stays inside: the mappers never show it. */
  readonly cause?: unknown;
}

/**
 * A refusal with a stable code. Misuse by our own code is a `TypeError` instead.
 *
 * @example throw new DomainError('tier.buyer_limit', { detail: 'A buyer may hold 10 units of this tier.' });
 */
export class DomainError extends Error {
  readonly code: RefusalCode;
  /** True when the same call may succeed later without being changed. */
  readonly retry: boolean;
  readonly detail: string;
  readonly extra: Record<string, unknown> | undefined;

  constructor(code: RefusalCode, options: DomainErrorOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.retry = REFUSALS[code].retry;
    this.detail = options.detail ?? REFUSALS[code].sentence;
    this.extra = options.extra;
  }
}

/** Tells a code from other text, such as the message of a database guard. */
export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(REFUSALS, text);
}
