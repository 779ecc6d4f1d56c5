import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from './error.ts';
import { parseMessage } from './message.ts';
import type { Message } from './message.ts';

const reference = { id: 'evt_1', type: 'payment_intent.succeeded', object: 'pi_1' };
const KNOWN: Message[] = [
  { v: 1, kind: 'stripe', account: 'acct_1', event: { id: 'evt_1', type: 'x', data: { object: { amount: 5 } } } },
  { v: 1, kind: 'stripe', account: null, full: true, event: { id: 'evt_1', type: 'x' } },
  { v: 1, kind: 'stripe', account: null, full: false, event: reference },
  { v: 1, kind: 'fireblocks', event: { id: 'e', eventType: 'transaction.created', data: {} } },
  { v: 1, kind: 'fireblocks', full: false, event: { ...reference, type: 'transaction.created' } },
  { v: 1, kind: 'work', site: 'na', noun: 'release', id: 'r' },
  { v: 1, kind: 'sweep', site: 'na', name: 'expire_orders' },
];

describe('parseMessage', () => {
  it.each(KNOWN)('reads its own messages whole: %j', (known) => {
    expect(parseMessage(JSON.parse(JSON.stringify(known)))).toEqual(known);
  });

  it.each([
    { v: 2, kind: 'work', site: 'na', noun: 'release', id: 'r' },
    { v: 1, kind: 'work', site: 'na', noun: 'everything', id: 'r' },
    { v: 1, kind: 'work', site: 'na', noun: 'release', id: 'r', more: 1 },
    { v: 1, kind: 'work', site: '', noun: 'release', id: 'r' },
    { v: 1, kind: 'sweep', site: 'na', name: 'Drop Table' },
    { v: 1, kind: 'stripe', event: { id: 'evt_1', type: 'x' } },
    { v: 1, kind: 'stripe', account: null, event: { type: 'x' } },
    { v: 1, kind: 'stripe', account: null, full: false, event: { ...reference, data: {} } },
    { v: 1, kind: 'fireblocks', event: { id: 'e' } },
    { v: 1, kind: 'paypal', event: { id: 'e' } },
  ])('refuses what it does not know: %j', (unknown) => {
    expect(() => parseMessage(unknown)).toThrow(DomainError);
  });

  it('refuses anything else with a code, never with a crash', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        expect(() => parseMessage(body)).toThrow(expect.objectContaining({ code: 'request.malformed' }) as Error);
      }),
    );
  });
});
