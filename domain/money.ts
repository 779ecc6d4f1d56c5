/** How a division that leaves a remainder ends: `half_up` is half away from zero, `down` is towards zero. */
export type Rounding = 'half_up' | 'down';

/** The most the provider takes in one payment, whatever the currency: eight digits of minor units. */
export const PROVIDER_MAXIMUM_MINOR = 99_999_999n;

const WHOLE_BASIS_POINTS = 10_000n;

const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));

// Without decimals in the world, with two at the provider, which must be 0 (Stripe, "Special cases").
const TWO_DECIMALS_OF_ZERO = new Set(['ISK', 'UGX']);

// The provider's published minimums, for accounts that settle in the same currency.
const MINIMUM_MINOR: Readonly<Record<string, bigint>> = {
  AED: 200n,
  AUD: 50n,
  BGN: 100n,
  BRL: 50n,
  CAD: 50n,
  CHF: 50n,
  CZK: 1_500n,
  DKK: 250n,
  EUR: 50n,
  GBP: 30n,
  HKD: 400n,
  HUF: 17_500n,
  INR: 50n,
  JPY: 50n,
  MXN: 1_000n,
  MYR: 200n,
  NOK: 300n,
  NZD: 50n,
  PLN: 200n,
  RON: 200n,
  SEK: 300n,
  SGD: 50n,
  THB: 1_000n,
  USD: 50n,
};

const UNLISTED_MINIMUM_MINOR = 1_000n;

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * `value × numerator ÷ denominator`, exact but for the one named rounding at the end.
 *
 * Negative results mirror positive ones: half is rounded away from zero and `down` is towards zero, so reversing an
 * amount gives exactly the negative of booking it.
 *
 * @throws TypeError when the denominator is zero.
 */
export function multiplyDivide(value: bigint, numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new TypeError('The denominator is zero.');
  const product = value * numerator;
  const size = absolute(product);
  const divisor = absolute(denominator);
  const rounded = rounding === 'half_up' ? (size * 2n + divisor) / (divisor * 2n) : size / divisor;
  return product < 0n === denominator < 0n ? rounded : -rounded;
}

/**
 * A share of an amount, half up to the minor unit.
 *
 * @param basisPoints hundredths of a percent, a whole number: 1200 is 12 %.
 * @throws TypeError when the basis points are not a whole, non-negative number.
 */
export function basisPointsOf(amountMinor: bigint, basisPoints: number): bigint {
  return multiplyDivide(amountMinor, wholeBasisPoints(basisPoints), WHOLE_BASIS_POINTS, 'half_up');
}

/** As {@link basisPointsOf}, but never more than the exact share: for caps and releases. */
export function basisPointsWithin(amount: bigint, basisPoints: number): bigint {
  return multiplyDivide(amount, wholeBasisPoints(basisPoints), WHOLE_BASIS_POINTS, 'down');
}

function wholeBasisPoints(basisPoints: number): bigint {
  if (!Number.isSafeInteger(basisPoints) || basisPoints < 0) {
    throw new TypeError(`Not a whole number of basis points: ${basisPoints}.`);
  }
  return BigInt(basisPoints);
}

function assertCurrency(currency: string): void {
  if (!/^[A-Z]{3}$/.test(currency)) throw new TypeError('A currency is three capital letters.');
}

/**
 * How many decimals the provider's amounts of a currency have: 2 for USD, 0 for JPY, 3 for KWD.
 *
 * @throws TypeError when the code is not three capital letters.
 */
export function currencyExponent(currency: string): 0 | 2 | 3 {
  assertCurrency(currency);
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * The least the provider charges in a currency, in minor units.
 *
 * A currency without a published minimum gets 1000 minor units, above the equivalent of USD 0.50 in most of them. The
 * provider stays the last judge: it converts such amounts to the account's own currency.
 *
 * @throws TypeError when the code is not three capital letters.
 */
export function providerMinimumMinor(currency: string): bigint {
  assertCurrency(currency);
  return MINIMUM_MINOR[currency] ?? UNLISTED_MINIMUM_MINOR;
}

/**
 * The finest step the provider charges and refunds in, in minor units: 10 for three-decimal currencies, whose last digit
 * must be 0, 100 for those whose decimals must both be 0, else 1.
 *
 * @throws TypeError when the code is not three capital letters.
 */
export function chargeStepMinor(currency: string): bigint {
  if (TWO_DECIMALS_OF_ZERO.has(currency)) return 100n;
  return currencyExponent(currency) === 3 ? 10n : 1n;
}

/**
 * The price that can be charged for a computed one: down to the currency's step, so that the buyer never pays more than
 * was computed.
 *
 * @example chargeableMinor(5_124n, 'KWD') // 5_120n
 * @throws TypeError when the price is negative, or the code is not three capital letters.
 */
export function chargeableMinor(priceMinor: bigint, currency: string): bigint {
  if (priceMinor < 0n) throw new TypeError('A price is never negative.');
  return priceMinor - (priceMinor % chargeStepMinor(currency));
}
