// ERC-20 declares decimals as a uint8; nothing sensible is above this, and it keeps a typo from making huge numbers.
const MOST_DECIMALS = 77;

function assertDecimals(decimals: number): void {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) {
    throw new TypeError(`Not a number of token decimals: ${decimals}.`);
  }
}

/**
 * Writes base units as whole tokens, the form custody and people read, without trailing zeros.
 *
 * @example tokenToDecimal(1_234_500_000n, 6) // '1234.5'
 * @throws TypeError when the decimals are not a whole number from 0 to 77.
 */
export function tokenToDecimal(base: bigint, decimals: number): string {
  assertDecimals(decimals);
  const sign = base < 0n ? '-' : '';
  const digits = (base < 0n ? -base : base).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/**
 * Reads whole tokens into base units, exactly or not at all.
 *
 * @example decimalToToken('1234.5', 6) // 1_234_500_000n
 * @throws TypeError when the text is not a plain decimal number, or the decimals are not valid.
 * @throws RangeError when the text is finer than the token's decimals.
 */
export function decimalToToken(text: string, decimals: number): bigint {
  assertDecimals(decimals);
  const match = /^(-?)(\d{1,78})(?:\.(\d{1,78}))?$/.exec(text);
  if (match === null) throw new TypeError('Not a plain decimal number.');
  const [, sign = '', whole = '', fraction = ''] = match;
  const exact = fraction.replace(/0+$/, '');
  if (exact.length > decimals) throw new RangeError(`The token has only ${decimals} decimals.`);
  const base = BigInt(whole + exact.padEnd(decimals, '0'));
  return sign === '-' ? -base : base;
}
