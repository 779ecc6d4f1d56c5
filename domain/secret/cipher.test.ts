import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { open, reseal, seal, type Place } from './cipher.ts';
import { importDataKeys, type DataKeys } from './key.ts';

const KEYS = { DATA_KEY_1: '11'.repeat(32), DATA_KEY_2: '22'.repeat(32), OTHER_KEY_3: 'no key of ours' };
const place: Place = { table: 'sessions', column: 'refresh_token', siteId: 'site-a', rowId: 'row-1' };

let old: DataKeys;
let both: DataKeys;
beforeAll(async () => {
  old = await importDataKeys({ DATA_KEY_1: KEYS.DATA_KEY_1 });
  both = await importDataKeys(KEYS);
});

describe('a sealed text', () => {
  it('opens in its place, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await open(both, place, await seal(both, place, text))).toBe(text);
      }),
    );
  });
  it('is never the same twice', async () => {
    expect(await seal(both, place, 'secret')).not.toBe(await seal(both, place, 'secret'));
  });
  it('opens in no other row, column, table or site', async () => {
    const sealed = await seal(both, place, 'secret');
    const others: Partial<Place>[] = [
      { rowId: 'row-2' },
      { column: 'other' },
      { table: 'users' },
      { siteId: 'site-b' },
      { siteId: 'row-1', rowId: 'site-a' },
      { table: 'sessions","refresh_token', column: '' },
    ];
    for (const other of others) {
      await expect(open(both, { ...place, ...other }, sealed)).rejects.toThrow('secret.unreadable');
    }
  });
  it('does not open once a single character was changed', async () => {
    const sealed = await seal(both, place, 'secret');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      await expect(open(both, place, changed), changed).rejects.toThrow('secret.unreadable');
    }
    for (const wrong of ['', 'secret', '1.2', sealed.slice(0, -1), `${sealed}A`, `${sealed}=`, ` ${sealed}`]) {
      await expect(open(both, place, wrong), wrong).rejects.toThrow('secret.unreadable');
    }
  });
});

describe('a rotation', () => {
  it('writes with the newest key and reads with all', async () => {
    const before = await seal(old, place, 'secret');
    expect(before.split('.')[0]).toBe('1');
    expect(await open(both, place, before)).toBe('secret');
    const after = await reseal(both, place, before);
    expect(after.split('.')[0]).toBe('2');
    expect(await open(both, place, after)).toBe('secret');
  });
  it('leaves nothing that a key which was taken away could open', async () => {
    const after = await reseal(both, place, await seal(old, place, 'secret'));
    const onlyNew = await importDataKeys({ DATA_KEY_2: KEYS.DATA_KEY_2 });
    expect(await open(onlyNew, place, after)).toBe('secret');
    await expect(open(old, place, after)).rejects.toThrow('secret.unreadable');
  });
  it('never moves a text that was planted from elsewhere', async () => {
    const foreign = await seal(old, { ...place, siteId: 'site-b' }, 'secret');
    await expect(reseal(both, place, foreign)).rejects.toThrow('secret.unreadable');
  });
});

describe('importDataKeys', () => {
  it('refuses what is no key, without saying what it was', async () => {
    for (const value of ['short', 'zz'.repeat(32), '11'.repeat(31), 42]) {
      await expect(importDataKeys({ DATA_KEY_1: value })).rejects.toThrow('DATA_KEY_1 must be 64 hexadecimal digits');
    }
    await expect(importDataKeys({ DATA_KEY_0: KEYS.DATA_KEY_1, DATA_KEY_1: '' })).rejects.toThrow('no DATA_KEY_1');
  });
});
