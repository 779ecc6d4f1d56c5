import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';

/** What the imitated bank does with a card. */
export type Verdict = { kind: 'approve' } | { kind: 'decline'; code: string; declineCode?: string; message: string };

/** A card that was presented, and how it will end. Never the number itself. */
export interface Card {
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  verdict: Verdict;
}

const APPROVE: Verdict = { kind: 'approve' };
const DECLINED = 'Your card was declined.';

function decline(declineCode: string, message = DECLINED, code = 'card_declined'): Verdict {
  return { kind: 'decline', code, declineCode, message };
}

/** Stripe's published test cards: number, names of the ready-made payment methods, brand, outcome. */
const TEST_CARDS: readonly [number: string, methods: string, brand: string, verdict: Verdict][] = [
  ['4242424242424242', 'pm_card_visa', 'visa', APPROVE],
  ['4000056655665556', 'pm_card_visa_debit', 'visa', APPROVE],
  ['5555555555554444', 'pm_card_mastercard', 'mastercard', APPROVE],
  ['378282246310005', 'pm_card_amex', 'amex', APPROVE],
  ['3566002020360505', 'pm_card_jcb', 'jcb', APPROVE],
  ['6200000000000005', 'pm_card_unionpay', 'unionpay', APPROVE],
  ['4000000000000002', 'pm_card_chargeDeclined pm_card_visa_chargeDeclined', 'visa', decline('generic_decline')],
  [
    '4000000000009995',
    'pm_card_chargeDeclinedInsufficientFunds pm_card_visa_chargeDeclinedInsufficientFunds',
    'visa',
    decline('insufficient_funds', 'Your card has insufficient funds.'),
  ],
  ['4000000000009987', 'pm_card_visa_chargeDeclinedLostCard', 'visa', decline('lost_card')],
  [
    '4000000000000069',
    'pm_card_chargeDeclinedExpiredCard',
    'visa',
    { kind: 'decline', code: 'expired_card', message: 'Your card has expired.' },
  ],
  [
    '4000000000000127',
    'pm_card_chargeDeclinedIncorrectCvc',
    'visa',
    { kind: 'decline', code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  ],
];

/** Why a card cannot even be presented; becomes a `card_error` with this code and parameter. */
export interface CardFault {
  code: string;
  param: string;
  message: string;
}

/** The card behind a ready-made payment method such as `pm_card_visa`, or undefined if there is none. */
export function cardOfMethod(method: string): Card | undefined {
  const found = TEST_CARDS.find(([, names]) => names.split(' ').includes(method));
  if (found === undefined) return undefined;
  const [number, , brand, verdict] = found;
  return { brand, last4: number.slice(-4), expMonth: 12, expYear: new Date().getFullYear() + 2, verdict };
}

/**
 * Reads a card from `payment_method_data`.
 *
 * @param data the group `payment_method_data` with `card[number]`, `card[exp_month]`, `card[exp_year]`, `card[cvc]`
 */
export function cardOfData(data: Form, now: Date): Card | CardFault {
  const card = groupOf(data, 'card');
  const number = (textOf(card, 'number') ?? '').replaceAll(/\D/g, '');
  if (number.length < 13 || number.length > 19 || !passesLuhn(number)) {
    return { code: 'incorrect_number', param: 'number', message: 'Your card number is incorrect.' };
  }
  const expMonth = Number.parseInt(textOf(card, 'exp_month') ?? '', 10);
  if (!(expMonth >= 1 && expMonth <= 12)) {
    return { code: 'invalid_expiry_month', param: 'exp_month', message: "Your card's expiration month is invalid." };
  }
  const shortYear = Number.parseInt(textOf(card, 'exp_year') ?? '', 10);
  const expYear = shortYear < 100 ? 2000 + shortYear : shortYear;
  const lastMonth = expYear * 12 + expMonth;
  if (!(lastMonth >= now.getFullYear() * 12 + now.getMonth() + 1) || expYear > now.getFullYear() + 50) {
    return { code: 'invalid_expiry_year', param: 'exp_year', message: "Your card's expiration year is invalid." };
  }
  if (!/^\d{3,4}$/.test(textOf(card, 'cvc') ?? '')) {
    return { code: 'invalid_cvc', param: 'cvc', message: "Your card's security code is invalid." };
  }
  const known = TEST_CARDS.find(([testNumber]) => testNumber === number);
  const notATest = `${DECLINED} Your request was in test mode, but used a non test card.`;
  const [, , brand, verdict] = known ?? [number, '', 'visa', decline('test_mode_live_card', notATest)];
  return { brand, last4: number.slice(-4), expMonth, expYear, verdict };
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of Array.from(number).reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
