// Crockford's alphabet leaves out I, L, O and U, so a code survives being read aloud or copied by hand.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BYTES = 5;
const CODE = /^([A-Z0-9][A-Z0-9-]{0,30})-([0-9A-Z]{8})$/;

/**
 * Makes a user's referral code, `{SITE}-{8 base32}`.
 *
 * @param random exactly five random bytes: 40 bits are eight base32 digits.
 * @throws TypeError when the site code or the number of bytes is wrong.
 * @example makeReferralCode('na', new Uint8Array([0, 0, 0, 0, 31])) // 'NA-0000000Z'
 */
export function makeReferralCode(siteCode: string, random: Uint8Array): string {
  if (random.length !== RANDOM_BYTES) throw new TypeError('A referral code needs exactly five random bytes.');
  let bits = 0n;
  for (const byte of random) bits = (bits << 8n) | BigInt(byte);
  let digits = '';
  for (let shift = 35n; shift >= 0n; shift -= 5n) digits += ALPHABET.charAt(Number((bits >> shift) & 31n));
  const code = `${siteCode.toUpperCase()}-${digits}`;
  if (!CODE.test(code)) throw new TypeError('The site code cannot stand in a referral code.');
  return code;
}

/**
 * Brings what a person typed or a link carried into the stored form: capitals, `O` read as zero, `I` and `L` as one.
 *
 * @returns null when the text cannot be a code. That never refuses an order.
 */
export function normaliseReferralCode(text: string): string | null {
  const match = CODE.exec(text.trim().toUpperCase());
  if (match === null) return null;
  const [, site = '', typed = ''] = match;
  const digits = typed.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return digits.includes('U') ? null : `${site}-${digits}`;
}
