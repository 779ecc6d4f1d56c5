import { describe, expect, it } from 'vitest';
import { addressBucket, readClientAddress } from './client_address.ts';

describe('readClientAddress', () => {
  it.each(['203.0.113.7', '2001:db8::1', '::1', '::ffff:203.0.113.7'])('reads %s', (address) => {
    expect(readClientAddress(address)).toBe(address);
  });

  it.each([
    undefined,
    '',
    'unknown',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7.',
    '10.0.0.1, 10.0.0.2',
    '1:2',
    'a]:b',
  ])('takes %j for no address', (header) => {
    expect(readClientAddress(header)).toBeNull();
  });
});

describe('addressBucket', () => {
  it('is one for everybody without an address', () => {
    expect(addressBucket(null)).toBe('unknown');
  });

  it('is one for each IPv4 address, however it is written', () => {
    expect(addressBucket('203.0.113.7')).toBe('203.0.113.7');
    expect(addressBucket('::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(addressBucket('203.0.113.8')).not.toBe('203.0.113.7');
  });

  it('is one for all 2^64 addresses of an IPv6 subscriber, and another for the next', () => {
    const bucket = addressBucket('2001:db8:1:2::1');
    expect(bucket).toBe('2001:db8:1:2::/64');
    expect(addressBucket('2001:0DB8:0001:0002:ffff:ffff:ffff:ffff'.toLowerCase())).toBe(bucket);
    expect(addressBucket('2001:db8:1:3::1')).not.toBe(bucket);
  });
});
