import { actFor, idOf } from './book.ts';
import type { Book, Caller, Owned } from './book.ts';
import { control, field, refuse } from './control.ts';
import { createIntent } from './create.ts';
import { DISPUTE_REASONS, isDisputeStatus, moveDispute, openDispute } from './dispute.ts';
import { FRAUD_TYPES, warnEarly } from './early_fraud_warning.ts';
import { StripeFailure } from './error.ts';
import type { Fault, Faults } from './fault.ts';
import { decodeForm } from './form.ts';
import type { Answer, Call } from './listen.ts';
import { failPayout, payOut } from './payout.ts';
import { endProcessing } from './processing.ts';
import { endRefund, isRefundOutcome } from './refund_outcome.ts';
import { finishAuthentication } from './three_d_secure.ts';

type Verb = (book: Book, read: (name: string) => unknown) => object;

/** What buyers, banks and Stripe itself do: each control answers with the object it has changed. */
const VERBS: Record<string, Verb> = {
  dispute: (book, read) => {
    const { caller, object: charge } = findCharge(book, read);
    const status = read('status') ?? 'needs_response';
    if (status !== 'needs_response' && status !== 'warning_needs_response') {
      throw bad('status must be needs_response or warning_needs_response.');
    }
    const amountMinor = read('amount');
    return openDispute(book, caller, charge, {
      status,
      reason: oneOf(read('reason') ?? 'fraudulent', DISPUTE_REASONS, 'reason'),
      ...(typeof amountMinor === 'number' ? { amountMinor } : {}),
    });
  },
  dispute_status: (book, read) => {
    const { caller, object: dispute } = find(book.disputes.get(text(read, 'dispute')));
    const status = read('status');
    if (!isDisputeStatus(status)) throw bad('status must be that of a dispute.');
    return moveDispute(book, caller, dispute, status);
  },
  early_fraud_warning: (book, read) => {
    const { caller, object: charge } = findCharge(book, read);
    return warnEarly(book, caller, charge, oneOf(read('fraud_type') ?? 'misc', FRAUD_TYPES, 'fraud_type'));
  },
  three_d_secure: (book, read) => {
    const { caller, object: intent } = findIntent(book, read);
    const outcome = oneOf(read('outcome'), ['complete', 'fail'] as const, 'outcome');
    return finishAuthentication(book, caller, intent, outcome);
  },
  processing: (book, read) => {
    const { caller, object: intent } = findIntent(book, read);
    return endProcessing(book, caller, intent, oneOf(read('outcome'), ['succeed', 'fail'] as const, 'outcome'));
  },
  refund: (book, read) => {
    const { caller, object: refund } = find(book.refunds.get(text(read, 'refund')));
    const [outcome, reason] = [read('outcome'), read('failure_reason')];
    if (!isRefundOutcome(outcome)) throw bad('outcome must be succeed, fail or cancel.');
    return endRefund(book, caller, refund, outcome, typeof reason === 'string' ? reason : undefined);
  },
  forge: (book, read) => {
    const caller = actFor({ account: accountOf(read), isLive: read('livemode') === true });
    return forge(book, caller, read);
  },
  fee: (book, read) => {
    const [basisPoints, fixedMinor] = [read('basis_points'), read('fixed')];
    if (typeof basisPoints !== 'number' || typeof fixedMinor !== 'number')
      throw bad('basis_points or fixed is missing.');
    book.fee = { basisPoints, fixedMinor };
    return book.fee;
  },
  payout: (book, read) => ({ payouts: payOut(book, actFor({ account: accountOf(read) })) }),
  payout_fails: (book, read) => {
    const { caller, object: payout } = find(book.payouts.get(text(read, 'payout')));
    return failPayout(book, caller, payout);
  },
};

/**
 * The control API of this stand-in: what disturbs requests, what happens at the provider and at banks, and what every
 * stand-in has.
 *
 * @returns the answer, or null if the path is not a control path
 */
export async function steer(call: Call, book: Book, faults: Faults, connect: Connect): Promise<Answer | null> {
  if (!call.url.pathname.startsWith('/_control/')) return null;
  const name = call.url.pathname.slice('/_control/'.length);
  const read = (member: string): unknown => field(call.body, member);
  try {
    if (call.method === 'GET' && name === 'quiet') {
      const scheduled = book.agenda.size();
      return { status: 200, body: { pending: book.courier.pending() + scheduled, scheduled } };
    }
    if (call.method !== 'POST') return await control(call, book.courier);
    if (name === 'fault') return addFault(read, faults);
    if (name === 'reset_faults') faults.clear();
    if (name === 'hurry') book.agenda.hurry();
    if (name === 'accounts') {
      const account = text(read, 'account');
      connect(account, read('connected') !== false);
      return { status: 200, body: { account, connected: read('connected') !== false } };
    }
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) return await control(call, book.courier);
    return { status: 200, body: book.store.commit(() => verb(book, read)) };
  } catch (error) {
    if (error instanceof StripeFailure) return refuse(error.status, error.message);
    throw error;
  }
}

/** Lets the keys act for a connected account, or no longer. */
export type Connect = (account: string, isConnected: boolean) => void;

function addFault(read: (name: string) => unknown, faults: Faults): Answer {
  const modes = ['timeout', 'act_then_timeout', 'status', 'act_then_status'] as const;
  const [status, times] = [read('status') ?? 500, read('times') ?? 1];
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) {
    throw bad('status must be from 400 to 599.');
  }
  const mode = oneOf(read('mode'), modes, 'mode');
  if (mode === 'act_then_status' && status < 500) throw bad('What was done is answered by 500 or more.');
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1) throw bad('times must be at least 1.');
  const [path, method, account] = [read('path') ?? '/v1/', read('method'), read('account')];
  if (typeof path !== 'string' || !path.startsWith('/v1/')) throw bad('path must begin with /v1/.');
  const fault: Fault = {
    ...{ mode, status, times, path },
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof account === 'string' ? { account } : {}),
    silence: read('hang') === true ? 'hang' : 'close',
  };
  faults.add(fault);
  return { status: 200, body: { faults: faults.list() } };
}

// Whoever owns a connected account can make a PaymentIntent there with any metadata, and pay it.
function forge(book: Book, caller: Caller, read: (name: string) => unknown): object {
  const metadata = read('metadata') ?? {};
  if (typeof metadata !== 'object') throw bad('metadata must be an object of texts.');
  const amountMinor = read('amount');
  if (typeof amountMinor !== 'number') throw bad('amount is missing.');
  const method = read('payment_method') ?? 'pm_card_visa';
  const fields = new URLSearchParams({
    amount: String(amountMinor),
    currency: text(read, 'currency'),
    confirm: 'true',
    use_stripe_sdk: 'true',
    payment_method: typeof method === 'string' ? method : '',
  });
  for (const [key, value] of Object.entries(metadata)) fields.set(`metadata[${key}]`, String(value));
  try {
    return createIntent(book, caller, decodeForm(fields.toString()));
  } catch (error) {
    if (error instanceof StripeFailure && error.isExecuted) return error.body.payment_intent ?? {};
    throw error;
  }
}

interface Found<Value> {
  caller: Caller;
  object: Value;
}

function find<Value>(owned: Owned<Value> | undefined): Found<Value> {
  if (owned === undefined) throw new StripeFailure(404, { type: 'invalid_request_error', message: 'There is none.' });
  return { caller: actFor(owned), object: owned.object };
}

function findIntent(book: Book, read: (name: string) => unknown) {
  return find(book.intents.get(text(read, 'payment_intent')));
}

function findCharge(book: Book, read: (name: string) => unknown) {
  const charge = read('charge');
  const id = typeof charge === 'string' ? charge : idOf(findIntent(book, read).object.latest_charge);
  return find(book.charges.get(id));
}

function accountOf(read: (name: string) => unknown): string | null {
  const account = read('account') ?? null;
  if (account !== null && typeof account !== 'string') throw bad('account must be the id of a connected account.');
  return account;
}

function text(read: (name: string) => unknown, name: string): string {
  const value = read(name);
  if (typeof value !== 'string' || value === '') throw bad(`${name} is missing.`);
  return value;
}

function oneOf<Choice extends string>(value: unknown, choices: readonly Choice[], name: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw bad(`${name} must be one of ${choices.join(', ')}.`);
  return found;
}

function bad(message: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', message });
}
