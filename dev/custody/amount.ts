/**
 * Reads a decimal amount of whole tokens.
 *
 * @returns the amount in base units, or null if it is no plain decimal number or has more decimals than the token
 */
export function toBase(amount: string, decimals: number): bigint | null {
  const [, whole, fraction = ''] = /^(\d{1,60})(?:\.(\d{1,60}))?$/.exec(amount) ?? [];
  const significant = fraction.replace(/0+$/, '');
  if (whole === undefined || significant.length > decimals) return null;
  return BigInt(whole + significant.padEnd(decimals, '0'));
}

/** Writes base units as a decimal amount of whole tokens, without trailing zeros. */
export function toDecimal(amountBase: bigint, decimals: number): string {
  const digits = amountBase.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
