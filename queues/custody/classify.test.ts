import { expect, test } from 'vitest';
import { classifyCustodyError } from './classify.ts';

/** The shape of the SDK's errors: those of its HTTP client. */
const answered = (status: number, data: unknown = { message: 'no', code: 1427 }) =>
  Object.assign(new Error('Request failed'), { response: { status, data } });

test('a used external id is told apart from other refusals', () => {
  expect(classifyCustodyError(answered(400, { code: 1438 }))).toBe('duplicate');
  expect(classifyCustodyError(answered(400, { code: '1438' }))).toBe('duplicate');
  expect(classifyCustodyError(answered(400))).toBe('refused');
});

test('only a 404 says that there is no such transaction', () => {
  expect(classifyCustodyError(answered(404))).toBe('not_found');
});

test.each([401, 403, 408, 429, 500, 502, 503])('an answer of %i leaves the outcome open', (status) => {
  expect(classifyCustodyError(answered(status, status >= 500 ? '<html>' : { code: 1438 }))).toBe('unknown');
});

test('without an answer the outcome is unknown, whatever the error looks like', () => {
  const timeOut = Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });
  for (const error of [timeOut, new Error('Network connection lost.'), undefined, null, 'text', { response: null }]) {
    expect(classifyCustodyError(error)).toBe('unknown');
  }
});
