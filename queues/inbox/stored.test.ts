import { expect, test } from 'vitest';
import { messageOf } from './stored.ts';

test('a stored event is taken again as it came, on the account it came from', () => {
  const event = { id: 'evt_1', type: 'refund.created', account: 'acct_1', data: { object: {} } };
  expect(messageOf('stripe', event)).toEqual({ v: 1, kind: 'stripe', account: 'acct_1', event });
  const own = { id: 'evt_2', type: 'refund.created', data: { object: {} } };
  expect(messageOf('stripe', own)).toEqual({ v: 1, kind: 'stripe', account: null, event: own });
});

test('an event that was cut to its reference is read back on the account it came from', () => {
  const event = { id: 'evt_1', type: 'refund.created', object: 're_1' };
  expect(messageOf('stripe', { ...event, account: 'acct_1', full: false })).toEqual({
    v: 1,
    kind: 'stripe',
    account: 'acct_1',
    full: false,
    event,
  });
});

test('an event of custody is taken again as it came', () => {
  const event = { id: 'e-1', eventType: 'transaction.status.updated', data: {} };
  expect(messageOf('fireblocks', event)).toEqual({ v: 1, kind: 'fireblocks', event });
});

test('a payload that is no event any more is refused', () => {
  expect(() => messageOf('stripe', { object: 're_1' })).toThrow('request.malformed');
});
