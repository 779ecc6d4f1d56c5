import { expect, it } from 'vitest';
import { nonceBody } from './shape.ts';

const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

it('takes an address with its checksum or with none, and asks a text of another form for none', () => {
  for (const address of [ADDRESS, ADDRESS.toLowerCase()]) expect(nonceBody.safeParse({ address }).success).toBe(true);
  for (const address of [
    '',
    '0x',
    ADDRESS.slice(0, -1),
    `${ADDRESS}' or 1=1 --`,
    `${ADDRESS}\n`,
    '0xABCDEFg',
    ADDRESS.replace('d', 'D'),
  ])
    expect(nonceBody.safeParse({ address }), address).toMatchObject({ success: false });
});
