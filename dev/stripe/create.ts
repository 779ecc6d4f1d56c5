import type Stripe from 'stripe';
import { makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { confirmIntent } from './confirm.ts';
import { checkAmount } from './currency.ts';
import { emit } from './event.ts';
import { invalidParameter } from './error.ts';
import { groupOf, textOf, textsOf } from './form.ts';
import type { Form } from './form.ts';
import { checkMetadata } from './metadata.ts';
import { checkNames, saveIntent } from './payment_intent.ts';
import { offerTypes, presentMethod } from './payment_method.ts';

const NAMES = [
  ...[
    'amount',
    'currency',
    'automatic_payment_methods',
    'allowed_payment_method_types',
    'excluded_payment_method_types',
  ],
  ...['metadata', 'description', 'receipt_email', 'statement_descriptor', 'statement_descriptor_suffix', 'confirm'],
  ...['payment_method', 'payment_method_data', 'return_url', 'use_stripe_sdk'],
];

/**
 * `POST /v1/payment_intents`. What Stripe knows but this stand-in does not imitate is refused as unknown, never ignored.
 *
 * @throws StripeFailure for bad parameters, or the outcome of the confirmation if `confirm` was asked for
 */
export function createIntent(book: Book, caller: Caller, form: Form): Stripe.PaymentIntent {
  checkNames(form, NAMES);
  const [amountMinor, currency] = checkAmount(textOf(form, 'amount'), textOf(form, 'currency'));
  const metadata = checkMetadata(groupOf(form, 'metadata'));
  const automatic = checkAutomatic(form);
  const allowed = 'allowed_payment_method_types' in form ? textsOf(form, 'allowed_payment_method_types') : null;
  const excluded = 'excluded_payment_method_types' in form ? textsOf(form, 'excluded_payment_method_types') : null;
  const types = offerTypes(currency, allowed, excluded);
  const suffix = checkDescriptor(form, types);
  const isConfirmed = textOf(form, 'confirm') === 'true';
  const method = isConfirmed ? null : presentMethod(book, caller, form);
  const id = makeId('pi_3');
  const intent: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: allowed,
    amount: amountMinor,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automatic,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: makeId(`${id}_secret_`, 25),
    confirmation_method: 'automatic',
    created: toSeconds(caller.now),
    currency,
    customer: null,
    customer_account: null,
    description: textOf(form, 'description') ?? null,
    excluded_payment_method_types: excluded,
    last_payment_error: null,
    latest_charge: null,
    livemode: caller.isLive,
    managed_payments: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: types,
    payment_record: null,
    processing: null,
    receipt_email: textOf(form, 'receipt_email') ?? null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: suffix,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_data: null,
    transfer_group: null,
  };
  saveIntent(book, caller, intent);
  emit(book, caller, 'payment_intent.created', intent);
  return isConfirmed ? confirmIntent(book, caller, intent, form) : intent;
}

function checkAutomatic(form: Form): Stripe.PaymentIntent.AutomaticPaymentMethods {
  const group = groupOf(form, 'automatic_payment_methods');
  const redirects = textOf(group, 'allow_redirects') ?? 'always';
  if (redirects !== 'always' && redirects !== 'never') {
    const param = 'automatic_payment_methods[allow_redirects]';
    throw invalidParameter(param, 'parameter_invalid', `Invalid ${param}: must be one of always or never`);
  }
  return { allow_redirects: redirects, enabled: textOf(group, 'enabled') !== 'false' };
}

function checkDescriptor(form: Form, types: string[]): string | null {
  if (textOf(form, 'statement_descriptor') !== undefined && types.includes('card')) {
    const message =
      'The `statement_descriptor` parameter is not supported for the `card` payment method type. Please use `statement_descriptor_suffix` instead.';
    throw invalidParameter('statement_descriptor', 'parameter_invalid', message);
  }
  const suffix = textOf(form, 'statement_descriptor_suffix') ?? null;
  if (suffix !== null && suffix.length > 22) {
    const message = 'The statement descriptor suffix must be at most 22 characters.';
    throw invalidParameter('statement_descriptor_suffix', 'parameter_invalid_string', message);
  }
  return suffix;
}
