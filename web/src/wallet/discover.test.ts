import { describe, expect, it } from 'vitest';
import { readAnnouncement } from './discover.ts';

const provider = { request: () => Promise.resolve(null) };

describe('readAnnouncement', () => {
  it('reads a wallet as EIP-6963 announces it', () => {
    const info = { uuid: 'u', name: 'Fox', icon: 'data:image/png;base64,AA', rdns: 'a.b' };
    expect(readAnnouncement({ info, provider })).toEqual({
      id: 'u',
      product: 'a.b',
      name: 'Fox',
      icon: info.icon,
      provider,
    });
  });

  it('drops an icon that would be fetched from elsewhere', () => {
    const info = { uuid: 'u', name: 'Fox', icon: 'https://tracker.example/x.png' };
    expect(readAnnouncement({ info, provider })?.icon).toBeNull();
  });

  it.each([null, {}, { info: { uuid: 'u', name: 'x' } }, { info: { uuid: 'u', name: ' ' }, provider }, { provider }])(
    'ignores %j',
    (detail) => {
      expect(readAnnouncement(detail)).toBeNull();
    },
  );
});
