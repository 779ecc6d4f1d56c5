import { makeId, isOwn } from './book.ts';
import type { Book, Caller } from './book.ts';
import { cardOfData, cardOfMethod } from './card.ts';
import type { Card } from './card.ts';
import { StripeFailure, invalidParameter, missingObject } from './error.ts';
import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';
import type { Presented } from './pay.ts';

/** The types a PaymentIntent may exclude, as the pinned API version lists them. */
const TYPES = (
  'acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik ' +
  'boleto card cashapp crypto customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini kr_card mb_way ' +
  'mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay ' +
  'revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi us_bank_account ' +
  'wechat_pay zip'
).split(' ');

/** What the imitated account has switched on: cards everywhere, and one delayed method where it exists. */
const DELAYED: Record<string, string> = { usd: 'us_bank_account', eur: 'sepa_debit', jpy: 'konbini' };

/**
 * The methods on offer for a currency.
 *
 * @throws StripeFailure 400 for a type that does not exist, or if none is left
 */
export function offerTypes(currency: string, allowed: string[] | null, excluded: string[] | null): string[] {
  for (const [param, types] of [
    ['allowed_payment_method_types', allowed],
    ['excluded_payment_method_types', excluded],
  ] as const) {
    const unknown = types?.find((type) => !TYPES.includes(type) && !(type === 'link' && param.startsWith('allowed')));
    if (unknown !== undefined)
      throw invalidParameter(param, 'parameter_invalid', `Invalid ${param}: must be one of ${TYPES.join(', ')}`);
  }
  const delayed = DELAYED[currency];
  const offered = ['card', ...(delayed === undefined ? [] : [delayed])].filter(
    (type) => (allowed === null || allowed.includes(type)) && !(excluded ?? []).includes(type),
  );
  if (offered.length === 0) {
    const message = 'No valid payment method types for this Payment Intent.';
    throw new StripeFailure(400, { type: 'invalid_request_error', message });
  }
  return offered;
}

/**
 * The payment method a request presents: a ready-made one, one used before, or a card typed into a browser.
 *
 * @returns its id and card, or null if the request presents none
 * @throws StripeFailure 402 for an impossible card, 404 for an unknown method
 */
export function presentMethod(book: Book, caller: Caller, form: Form): Presented | null {
  const named = textOf(form, 'payment_method');
  if (named !== undefined) {
    const ready = cardOfMethod(named);
    if (ready !== undefined) return keep(book, caller, ready);
    const known = book.methods.get(named);
    if (known === undefined || !isOwn(known, caller)) throw missingObject('PaymentMethod', named, 'payment_method');
    return { id: named, card: known.object };
  }
  const data = groupOf(form, 'payment_method_data');
  if (textOf(data, 'type') === undefined) return null;
  if (caller.keyKind === 'secret') {
    const message =
      'Sending credit card numbers directly to the Stripe API is generally unsafe. To continue processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements.';
    throw new StripeFailure(402, { type: 'invalid_request_error', message });
  }
  if (textOf(data, 'type') !== 'card') {
    throw invalidParameter('payment_method_data[type]', 'parameter_invalid', 'This local stand-in charges cards only.');
  }
  const card = cardOfData(data, caller.now);
  if ('param' in card) throw new StripeFailure(402, { type: 'card_error', ...card });
  return keep(book, caller, card);
}

function keep(book: Book, caller: Caller, card: Card): Presented {
  const id = makeId('pm_1');
  book.methods.put(id, { account: caller.account, ...(caller.isLive ? { isLive: true } : {}), object: card });
  return { id, card };
}
