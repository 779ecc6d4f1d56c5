import { invalidParameter } from './error.ts';

const ZERO_DECIMAL = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const THREE_DECIMAL = 'bhd jod kwd omr tnd'.split(' ');

/** Smallest charge in minor units, from Stripe's table; currencies not in it are not offered here. */
const MINIMUM_MINOR: Record<string, number> = {
  ...{ usd: 50, aed: 200, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30 },
  ...{ hkd: 400, huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200 },
  ...{ sek: 300, sgd: 50, thb: 1000 },
  // Stripe names no figure for these: half a dollar's worth in the settlement currency, roughly.
  ...{ clp: 500, krw: 700, vnd: 13000, twd: 1600, bhd: 200, jod: 360, kwd: 160, omr: 200, tnd: 1600 },
};
const MAXIMUM_MINOR = 99_999_999;

/** How many decimals a currency's minor unit stands for. */
export function decimalsOf(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.includes(currency)) return 0;
  return THREE_DECIMAL.includes(currency) ? 3 : 2;
}

/**
 * Checks what a PaymentIntent asks for.
 *
 * @returns the amount in minor units and the currency in lower case
 * @throws StripeFailure with Stripe's codes, such as `amount_too_small`
 */
export function checkAmount(amountText: string | undefined, currencyText: string | undefined): [number, string] {
  if (amountText === undefined)
    throw invalidParameter('amount', 'parameter_missing', 'Missing required param: amount.');
  if (currencyText === undefined) {
    throw invalidParameter('currency', 'parameter_missing', 'Missing required param: currency.');
  }
  const currency = currencyText.toLowerCase();
  const minimumMinor = MINIMUM_MINOR[currency];
  if (minimumMinor === undefined) {
    throw invalidParameter('currency', 'parameter_invalid', `Invalid currency: ${currency}.`);
  }
  if (!/^-?\d{1,15}$/.test(amountText)) {
    throw invalidParameter('amount', 'parameter_invalid_integer', `Invalid integer: ${amountText}`);
  }
  const amountMinor = Number.parseInt(amountText, 10);
  if (amountMinor < minimumMinor) {
    const least = showAmount(minimumMinor, currency);
    throw invalidParameter('amount', 'amount_too_small', `Amount must be at least ${least}`);
  }
  if (amountMinor > MAXIMUM_MINOR) {
    throw invalidParameter(
      'amount',
      'amount_too_large',
      `Amount must be no more than ${showAmount(MAXIMUM_MINOR, currency)}`,
    );
  }
  if (decimalsOf(currency) === 3 && amountMinor % 10 !== 0) {
    const message = `Invalid amount: the last digit of an amount in ${currency} must be 0.`;
    throw invalidParameter('amount', 'parameter_invalid_integer', message);
  }
  return [amountMinor, currency];
}

/** An amount for people, such as `20.00 usd`. */
export function showAmount(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return `${(amountMinor / 10 ** decimals).toFixed(decimals)} ${currency}`;
}
