import { expect, test } from 'vitest';
import { decideUpdate } from './update.ts';

test('the first word lifts a payout out of submitting, even when it is already the last', () => {
  expect(decideUpdate('submitting', null, 'SUBMITTED')).toEqual({ kind: 'move', to: 'submitted' });
  expect(decideUpdate('submitting', null, 'COMPLETED')).toEqual({ kind: 'move', to: 'confirmed' });
  expect(decideUpdate('submitting', null, 'BLOCKED')).toEqual({ kind: 'move', to: 'blocked' });
});

test('a status nobody knows is in flight: it neither fails nor confirms a payout', () => {
  expect(decideUpdate('submitted', 'CONFIRMING', 'SOMETHING_NEW')).toEqual({ kind: 'note', isOld: false });
});

test('words that come out of order never lead back', () => {
  expect(decideUpdate('submitted', 'CONFIRMING', 'BROADCASTING')).toEqual({ kind: 'note', isOld: true });
  expect(decideUpdate('submitted', 'BROADCASTING', 'CONFIRMING')).toEqual({ kind: 'note', isOld: false });
  for (const state of ['confirmed', 'failed', 'blocked'] as const) {
    expect(decideUpdate(state, null, 'CONFIRMING')).toEqual({ kind: 'repeated' });
  }
});

test('an end is told once; another end than the known one is never applied', () => {
  expect(decideUpdate('confirmed', 'COMPLETED', 'COMPLETED')).toEqual({ kind: 'repeated' });
  expect(decideUpdate('failed', 'FAILED', 'REJECTED')).toEqual({ kind: 'repeated' });
  expect(decideUpdate('confirmed', 'COMPLETED', 'FAILED')).toEqual({ kind: 'contradiction' });
  expect(decideUpdate('failed', 'FAILED', 'COMPLETED')).toEqual({ kind: 'contradiction' });
});
