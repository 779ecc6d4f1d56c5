import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DomainError, type RefusalCode } from '../domain/error.ts';
import { ConflictError } from '../drizzle/transaction.ts';
import type { App } from './env.ts';

/** Status of each refusal. Conflicts with the state of things are 409, what the caller must change first is 422. */
const STATUS = {
  'request.malformed': 400,
  'request.too_large': 413,
  'request.unsupported_media': 415,
  'request.not_found': 404,
  'request.method': 405,
  'request.rate_limited': 429,
  'host.unknown': 421,
  'site.suspended': 403,
  'auth.required': 401,
  'auth.forbidden': 403,
  'auth.nonce_invalid': 401,
  'auth.message_invalid': 400,
  'auth.signature_invalid': 401,
  'auth.origin': 403,
  'auth.method': 403,
  'auth.ambiguous': 400,
  'auth.token_invalid': 401,
  'auth.scope': 403,
  'auth.fresh_required': 403,
  'auth.state_invalid': 400,
  'auth.declined': 403,
  'auth.unavailable': 503,
  'auth.last_way': 409,
  'auth.identity_taken': 409,
  'auth.not_operator': 403,
  'user.restricted': 403,
  'user.suspended': 403,
  'user.kyc_required': 403,
  'user.country_denied': 403,
  'user.wallet_unknown': 422,
  'wallet.forbidden_address': 422,
  'wallet.taken': 409,
  'wallet.too_many': 409,
  'wallet.unknown': 404,
  'wallet.chain_unavailable': 503,
  'session.unknown': 404,
  'user.unknown': 404,
  'user.open_claims': 409,
  'terms.outdated': 409,
  'tier.unknown': 404,
  'tier.changed': 409,
  'tier.upcoming': 409,
  'tier.closed': 409,
  'tier.sold_out': 409,
  'tier.buyer_limit': 409,
  'tier.not_enough_left': 409,
  'tier.supply': 409,
  'tier.promotion_overlap': 409,
  'promo.unknown': 422,
  'promo.expired': 409,
  'promo.exhausted': 409,
  'promo.buyer_limit': 409,
  'promo.minimum': 422,
  'promo.tier': 422,
  'order.unknown': 404,
  'order.unpaid_exists': 409,
  'order.too_many_unpaid': 429,
  'order.too_many_expired': 429,
  'order.state': 409,
  'order.amount_too_small': 422,
  'order.amount_too_large': 422,
  'order.expired': 409,
  'idempotency.required': 400,
  'idempotency.invalid': 400,
  'idempotency.mismatch': 422,
  'payment.provider_failed': 502,
  'payment.unavailable': 503,
  'payment.account_lost': 503,
  'payment.unknown': 404,
  'payment.mismatch': 409,
  'payment.state': 409,
  'refund.unknown': 404,
  'refund.amount': 422,
  'refund.exceeds': 409,
  'refund.state': 409,
  'refund.mismatch': 409,
  'dispute.mismatch': 409,
  'allocation.unknown': 404,
  'release.unknown': 404,
  'release.state': 409,
  'release.risk_window': 409,
  'release.frozen': 409,
  'release.wallet_wait': 409,
  'custody.missing': 409,
  'custody.unavailable': 503,
  'custody.refused': 502,
  'webhook.signature': 400,
  'webhook.unavailable': 503,
  'webhook.cut': 410,
  'webhook.unmapped': 422,
  'event.unknown_order': 409,
  'secret.unreadable': 500,
  'guard.changed': 409,
  'database.unavailable': 503,
  internal: 500,
} as const satisfies Record<RefusalCode, ContentfulStatusCode>;

/** After how many seconds it is worth asking again, where the refusal itself does not say: when a wait or a hold may end. */
const RETRY_AFTER: Partial<Record<RefusalCode, number>> = {
  'order.too_many_expired': 3_600,
  'order.too_many_unpaid': 60,
};

/** What RFC 6750 calls the refusals of an access token. */
const BEARER_ERROR: Partial<Record<RefusalCode, string>> = {
  'auth.token_invalid': 'invalid_token',
  'auth.scope': 'insufficient_scope',
};

/** The API's one error mapper: RFC 9457 problem details; of an unknown fault nothing leaves but the request's id. */
export function onError(error: Error, c: Context<App>): Response {
  const refusal = refusalOf(error);
  const status = STATUS[refusal.code];
  if (status >= 500) {
    console.error(
      JSON.stringify({ level: 'error', request_id: c.get('requestId'), code: refusal.code, ...trace(error) }),
    );
  }
  const problem = {
    ...refusal.extra,
    type: `/problems/${refusal.code}`,
    title: refusal.code,
    status,
    code: refusal.code,
    detail: refusal.detail,
    request_id: c.get('requestId'),
  };
  const wait = refusal.extra?.['retry_after_seconds'] ?? RETRY_AFTER[refusal.code];
  const challenge = BEARER_ERROR[refusal.code];
  const headers = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': `Bearer error="${challenge}"` }),
    ...(typeof wait === 'number' ? { 'Retry-After': String(wait) } : {}),
  };
  return c.body(JSON.stringify(problem), status, headers);
}

function refusalOf(error: Error): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof ConflictError) return new DomainError('guard.changed', { cause: error });
  if (error instanceof HTTPException && error.status === 400) return new DomainError('request.malformed');
  if (error instanceof HTTPException && error.status === 413) return new DomainError('request.too_large');
  if (error instanceof HTTPException && error.status === 415) return new DomainError('request.unsupported_media');
  return new DomainError('internal', { cause: error });
}

/**
 * Name and place of a fault. Messages stay out: a driver's may quote a row, a provider's a credential. Only what the
 * database says of our own SQL (SQLSTATE class 42) is told, since it speaks of names alone.
 */
function trace(error: Error): Record<string, unknown> {
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  const code = 'code' in root && typeof root.code === 'string' ? root.code : undefined;
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    fault: root.name,
    fault_code: code,
    ...(code?.startsWith('42') === true ? { fault_message: root.message } : {}),
    at: lines.slice(0, 5).map((line) => line.trim()),
  };
}
