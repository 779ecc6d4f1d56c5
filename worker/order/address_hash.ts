/** An IPv6 customer is given a whole /64: any of its addresses is the same place. */
const IPV6_GROUPS = 4;

/**
 * The keyed hash that unpaid orders of a client address are counted by, in hexadecimal. Without the key nobody can try
 * addresses until one fits, and the site in it keeps sites from comparing theirs.
 *
 * @param clientAddress as Cloudflare saw it; null gives null, and such orders are not counted
 * @param key hexadecimal
 */
export async function addressHash(key: string, siteId: string, clientAddress: string | null): Promise<string | null> {
  if (clientAddress === null || clientAddress === '') return null;
  const raw = Uint8Array.from(key.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const imported = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const text = new TextEncoder().encode(`address:${siteId}:${placeOf(clientAddress)}`);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, text));
  return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function placeOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  // The dotted end of a mapped address stands for two groups.
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  const isMapped = tail?.includes('.') === true && left.length === 0;
  if (isMapped) return right.at(-1) ?? address;
  return groups
    .slice(0, IPV6_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
