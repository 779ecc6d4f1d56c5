import { expect, it } from 'vitest';
import { addressHash } from './address_hash.ts';

const KEY = 'a'.repeat(64);
const hash = (address: string | null, site = 'site', key = KEY) => addressHash(key, site, address);

it('is the same for the same address of a site, and says nothing without the key', async () => {
  expect(await hash('203.0.113.7')).toMatch(/^[0-9a-f]{64}$/);
  expect(await hash('203.0.113.7')).toBe(await hash('203.0.113.7'));
  for (const other of [
    hash('203.0.113.8'),
    hash('203.0.113.7', 'other'),
    hash('203.0.113.7', 'site', 'b'.repeat(64)),
  ]) {
    expect(await other).not.toBe(await hash('203.0.113.7'));
  }
});

it('takes a whole IPv6 /64 for one place, however it is written', async () => {
  const place = await hash('2001:db8:0:1::1');
  for (const same of ['2001:db8:0:1:ffff::2', '2001:0DB8:0000:0001:a:b:c:d']) expect(await hash(same)).toBe(place);
  expect(await hash('2001:db8:0:2::1')).not.toBe(place);
  expect(await hash('::ffff:203.0.113.7')).toBe(await hash('203.0.113.7'));
});

it('counts nothing where no address is known', async () => {
  expect(await hash(null)).toBeNull();
  expect(await hash('')).toBeNull();
});
