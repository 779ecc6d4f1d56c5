/** What stands for everybody whose address Cloudflare did not tell: they share one bucket. */
const UNKNOWN = 'unknown';

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Reads `CF-Connecting-IP`, the only header an address is taken from; null when it holds none. */
export function readClientAddress(header: string | undefined): string | null {
  const address = header?.trim().toLowerCase() ?? '';
  return V4.test(address) || groupsOf(address) !== null ? address : null;
}

/**
 * Whom a limit by address counts: an IPv4 address, or the /64 of an IPv6 address, since one subscriber has all of that. An
 * IPv4 address written as IPv6 is the IPv4 address.
 */
export function addressBucket(address: string | null): string {
  if (address === null) return UNKNOWN;
  const groups = groupsOf(address);
  if (groups === null) return address;
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address; null for any other text. */
function groupsOf(address: string): number[] | null {
  if (!address.includes(':') || !URL.canParse(`http://[${address}]`)) return null;
  // The URL parser knows every spelling; its own has at most one `::` and no dotted end.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  if (after === undefined) return read(before);
  const [head, tail] = [read(before), read(after)];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
