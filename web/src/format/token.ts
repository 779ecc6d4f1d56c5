import { shiftPoint } from './money.ts';

/**
 * An amount of tokens in whole tokens, exact and without trailing zeros, with its symbol when one is given.
 * `amountBase` is a decimal string of base units.
 */
export function formatToken(amountBase: string, decimals: number, locale: string, symbol?: string): string {
  // 100 is the most Intl can show, and more than any token has decimals.
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 100 });
  const amount = format.format(shiftPoint(amountBase, decimals));
  return symbol === undefined ? amount : `${amount}\u00a0${symbol}`;
}

/** So many decimals are shown where many amounts stand together. */
const SHORT_DECIMALS = 4;

/**
 * Like `formatToken`, but cut after four decimals, never rounded up; `…` says that there are more. For lists and figures
 * whose exact amount is close at hand.
 */
export function shortenToken(amountBase: string, decimals: number, locale: string, symbol?: string): string {
  const surplus = Math.max(0, decimals - SHORT_DECIMALS);
  const unit = 10n ** BigInt(surplus);
  const base = BigInt(amountBase);
  const cut = formatToken(String(base / unit), decimals - surplus, locale);
  const mark = base % unit === 0n ? '' : '…';
  return symbol === undefined ? cut + mark : `${cut}${mark}\u00a0${symbol}`;
}

/** `part` of `whole` as a share from 0 to 1, for drawing only: never for an amount. */
export function shareOf(part: bigint, whole: bigint): number {
  if (whole <= 0n || part <= 0n) return 0;
  const tenThousandths = (part * 10_000n) / whole;
  return tenThousandths > 10_000n ? 1 : Number(tenThousandths) / 10_000;
}
