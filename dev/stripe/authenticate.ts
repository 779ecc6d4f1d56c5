import { makeId } from './book.ts';
import type { Caller } from './book.ts';
import { StripeFailure } from './error.ts';
import { textOf } from './form.ts';
import type { Form } from './form.ts';
import { API_VERSION } from './event.ts';
import type { Call } from './listen.ts';

/** The keys of test mode, and the connected accounts they may act for. */
export interface Access {
  secretKey: string;
  publishableKey: string;
  /** Whether a connected account lets these keys act for it. */
  isConnected(account: string): boolean;
}

/**
 * Finds out who calls. The key comes as Bearer or Basic credential, or, from a browser, as the field `key`;
 * the account as `Stripe-Account` or `Stripe-Context`, or as the field `_stripe_account`.
 *
 * @throws StripeFailure 401 for a bad key, 403 for a foreign account, 400 for another API version
 */
export function authenticate(call: Call, form: Form, access: Access, now: Date): Caller {
  const key = credential(call) ?? textOf(form, 'key');
  if (key === undefined) {
    throw refuse(
      401,
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (key !== access.secretKey && key !== access.publishableKey) {
    throw refuse(401, `Invalid API Key provided: ${mask(key)}`);
  }
  const version = header(call, 'stripe-version') ?? textOf(form, '_stripe_version') ?? API_VERSION;
  if (version !== API_VERSION) {
    throw refuse(400, `Invalid Stripe API version: ${version}. This local stand-in speaks ${API_VERSION} only.`);
  }
  return {
    account: accountOf(call, form, access, key),
    keyKind: key === access.secretKey ? 'secret' : 'publishable',
    requestId: makeId('req_', 14),
    idempotencyKey: header(call, 'idempotency-key') ?? null,
    isLive: false,
    origin: `http://${header(call, 'host') ?? '127.0.0.1'}`,
    now,
  };
}

function accountOf(call: Call, form: Form, access: Access, key: string): string | null {
  const named = header(call, 'stripe-account') ?? textOf(form, '_stripe_account');
  const context = header(call, 'stripe-context');
  if (named !== undefined && context !== undefined) {
    throw refuse(400, 'Only one of the headers Stripe-Account and Stripe-Context may be given.');
  }
  const account = named ?? context;
  if (account === undefined) return null;
  if (!access.isConnected(account)) {
    const message = `The provided key '${mask(key)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`;
    throw new StripeFailure(403, { type: 'invalid_request_error', code: 'account_invalid', message });
  }
  return account;
}

function credential(call: Call): string | undefined {
  const [scheme, value] = (header(call, 'authorization') ?? '').split(' ', 2);
  if (value === undefined || scheme === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  // Basic credentials carry the key as user name and an empty password.
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
  return undefined;
}

function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function mask(key: string): string {
  return key.length < 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function refuse(status: number, message: string): StripeFailure {
  return new StripeFailure(status, { type: 'invalid_request_error', message });
}
