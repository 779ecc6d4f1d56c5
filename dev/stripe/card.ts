import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';

/** What the imitated bank does with a card. `process` leaves it open; `end`, if given, comes of itself later. */
export type Verdict =
  | { kind: 'approve' }
  | { kind: 'decline'; code: string; declineCode?: string; message: string }
  | { kind: 'process'; end?: 'payment_fails' | 'payment_succeeds' };

/** What a card brings after it has paid. */
export type Aftermath =
  | 'dispute'
  | 'dispute_not_received'
  | 'early_fraud_warning'
  | 'inquiry'
  | 'refund_fails_later'
  | 'refund_succeeds_later';

/** A card (or a bank account) that was presented, and how it will end. Never the number itself. */
export interface Card {
  /** A card if absent. */
  type?: 'us_bank_account';
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  verdict: Verdict;
  /** Whether the buyer must pass 3-D Secure before the bank is asked. */
  needsAuthentication?: boolean;
  aftermath?: Aftermath;
}

interface TestCard {
  number: string;
  /** Names of the ready-made payment methods. */
  methods: string[];
  traits: Traits;
}

type Traits = Omit<Card, 'last4' | 'expMonth' | 'expYear'>;

const APPROVE: Verdict = { kind: 'approve' };
const DECLINED = 'Your card was declined.';
const NO_FUNDS = 'Your card has insufficient funds.';

function decline(declineCode: string, message = DECLINED, code = 'card_declined'): Verdict {
  return { kind: 'decline', code, declineCode, message };
}

function card(number: string, methods: string, verdict = APPROVE, more: Partial<Traits> = {}): TestCard {
  return { number, methods: methods.split(' '), traits: { brand: 'visa', verdict, ...more } };
}

/** Stripe's published test cards, and one of our own: 4000 0000 0000 8005 stays in processing. */
const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'pm_card_visa'),
  card('4000056655665556', 'pm_card_visa_debit'),
  card('5555555555554444', 'pm_card_mastercard', APPROVE, { brand: 'mastercard' }),
  card('378282246310005', 'pm_card_amex', APPROVE, { brand: 'amex' }),
  card('3566002020360505', 'pm_card_jcb', APPROVE, { brand: 'jcb' }),
  card('6200000000000005', 'pm_card_unionpay', APPROVE, { brand: 'unionpay' }),
  card('4000000000000002', 'pm_card_chargeDeclined pm_card_visa_chargeDeclined', decline('generic_decline')),
  card(
    '4000000000009995',
    'pm_card_chargeDeclinedInsufficientFunds pm_card_visa_chargeDeclinedInsufficientFunds',
    decline('insufficient_funds', NO_FUNDS),
  ),
  card('4000000000009987', 'pm_card_visa_chargeDeclinedLostCard', decline('lost_card')),
  card('4000000000000069', 'pm_card_chargeDeclinedExpiredCard', {
    kind: 'decline',
    code: 'expired_card',
    message: 'Your card has expired.',
  }),
  card('4000000000000127', 'pm_card_chargeDeclinedIncorrectCvc', {
    kind: 'decline',
    code: 'incorrect_cvc',
    message: "Your card's security code is incorrect.",
  }),
  card('4000000000007726', 'pm_card_pendingRefund', APPROVE, { aftermath: 'refund_succeeds_later' }),
  card('4000000000005126', 'pm_card_refundFail', APPROVE, { aftermath: 'refund_fails_later' }),
  card('4000000000000259', 'pm_card_createDispute', APPROVE, { aftermath: 'dispute' }),
  card('4000000000002685', 'pm_card_createDisputeProductNotReceived', APPROVE, { aftermath: 'dispute_not_received' }),
  card('4000000000001976', 'pm_card_createDisputeInquiry', APPROVE, { aftermath: 'inquiry' }),
  card('4000000000005423', 'pm_card_createIssuerFraudRecord', APPROVE, { aftermath: 'early_fraud_warning' }),
  card('4000000000003220', 'pm_card_threeDSecure2Required', APPROVE, { needsAuthentication: true }),
  card('4000002500003155', 'pm_card_authenticationRequiredOnSetup', APPROVE, { needsAuthentication: true }),
  card('4000002760003184', 'pm_card_authenticationRequired', APPROVE, { needsAuthentication: true }),
  card('4000008400001629', 'pm_card_threeDSecureRequiredChargeDeclined', decline('generic_decline'), {
    needsAuthentication: true,
  }),
  card(
    '4000008260003178',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    decline('insufficient_funds', NO_FUNDS),
    { needsAuthentication: true },
  ),
  card('4000000000008005', 'pm_card_processing', { kind: 'process' }),
  bankAccount('pm_usBankAccount_success', 'payment_succeeds'),
  bankAccount('pm_usBankAccount_insufficientFunds', 'payment_fails'),
  bankAccount('pm_usBankAccount_processing'),
];

function bankAccount(method: string, end?: 'payment_fails' | 'payment_succeeds'): TestCard {
  const verdict: Verdict = { kind: 'process', ...(end === undefined ? {} : { end }) };
  // Known by its payment method alone: no buyer types a bank account in here.
  return card('6789', method, verdict, { type: 'us_bank_account', brand: 'bank' });
}

/** Why a card cannot even be presented; becomes a `card_error` with this code and parameter. */
export interface CardFault {
  code: string;
  param: string;
  message: string;
}

/** The card behind a ready-made payment method such as `pm_card_visa`, or undefined if there is none. */
export function cardOfMethod(method: string): Card | undefined {
  const found = TEST_CARDS.find(({ methods }) => methods.includes(method));
  return found && toCard(found, 12, new Date().getFullYear() + 2);
}

function toCard({ number, traits }: TestCard, expMonth: number, expYear: number): Card {
  return { ...traits, last4: number.slice(-4), expMonth, expYear };
}

/**
 * Reads a card from `payment_method_data`.
 *
 * @param data the group `payment_method_data` with `card[number]`, `card[exp_month]`, `card[exp_year]`, `card[cvc]`
 */
export function cardOfData(data: Form, now: Date): Card | CardFault {
  const typed = groupOf(data, 'card');
  const number = (textOf(typed, 'number') ?? '').replaceAll(/\D/g, '');
  if (number.length < 13 || number.length > 19 || !passesLuhn(number)) {
    return { code: 'incorrect_number', param: 'number', message: 'Your card number is incorrect.' };
  }
  const expMonth = Number.parseInt(textOf(typed, 'exp_month') ?? '', 10);
  if (!(expMonth >= 1 && expMonth <= 12)) {
    return { code: 'invalid_expiry_month', param: 'exp_month', message: "Your card's expiration month is invalid." };
  }
  const shortYear = Number.parseInt(textOf(typed, 'exp_year') ?? '', 10);
  const expYear = shortYear < 100 ? 2000 + shortYear : shortYear;
  const lastMonth = expYear * 12 + expMonth;
  if (!(lastMonth >= now.getFullYear() * 12 + now.getMonth() + 1) || expYear > now.getFullYear() + 50) {
    return { code: 'invalid_expiry_year', param: 'exp_year', message: "Your card's expiration year is invalid." };
  }
  if (!/^\d{3,4}$/.test(textOf(typed, 'cvc') ?? '')) {
    return { code: 'invalid_cvc', param: 'cvc', message: "Your card's security code is invalid." };
  }
  const known = TEST_CARDS.find((tested) => tested.number === number);
  const notATest = `${DECLINED} Your request was in test mode, but used a non test card.`;
  return toCard(known ?? card(number, '', decline('test_mode_live_card', notATest)), expMonth, expYear);
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [index, digit] of Array.from(number).reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
