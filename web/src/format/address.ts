/** An address or hash by its first six and last four signs; what is short already stays whole. */
export function shortenAddress(value: string): string {
  return value.length <= 13 ? value : `${value.slice(0, 6)}…${value.slice(-4)}`;
}
