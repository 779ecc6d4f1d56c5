import { expect, it } from 'vitest';
import { createAttempt } from './attempt.ts';

const counting = (): (() => string) => {
  let made = 0;
  return () => `key-${++made}`;
};

it('sends the same wish with the same key, so that a retry cannot order twice', () => {
  const attempt = createAttempt(counting());
  expect(attempt.keyFor({ quantity: 2 })).toBe(attempt.keyFor({ quantity: 2 }));
});

it('takes a new key for another wish, and for the same one after it was refused', () => {
  const attempt = createAttempt(counting());
  const first = attempt.keyFor({ quantity: 2 });
  const second = attempt.keyFor({ quantity: 3 });
  attempt.end();
  const third = attempt.keyFor({ quantity: 3 });
  expect(new Set([first, second, third]).size).toBe(3);
});
