/**
 * A decimal string of `units` counted in steps of 10^-`exponent`: (`'-12345'`, 2) → `'-123.45'`. Only digits move, so
 * no amount is too large and none is rounded. Throws TypeError when `units` is not a whole number.
 */
export function shiftPoint(units: string, exponent: number): `${number}` {
  const [, sign = '', digits] = /^(-?)(\d+)$/.exec(units) ?? [];
  if (digits === undefined) throw new TypeError(`not a whole number: ${units}`);
  const padded = digits.padStart(exponent + 1, '0');
  const whole = padded.slice(0, padded.length - exponent);
  const fraction = padded.slice(padded.length - exponent);
  return `${sign}${whole}${exponent > 0 ? `.${fraction}` : ''}` as `${number}`;
}

/**
 * Money as people of `locale` write it, with its currency. `amountMinor` is a decimal string of minor units and
 * `exponent` says how many of its digits are behind the point. Intl takes the decimal string as it is, without a float.
 */
export function formatMoney(amountMinor: string, currency: string, exponent: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  return format.format(shiftPoint(amountMinor, exponent));
}
