import { expect, it } from 'vitest';
import { readQuantity } from './read-quantity.ts';

it.each([
  ['1', 1],
  [' 10 ', 10],
  ['007', 7],
])('reads %j as %i', (typed, units) => {
  expect(readQuantity(typed, 10)).toBe(units);
});

it.each(['', '0', '11', '-1', '1.5', '1e1', 'ten', '99999999'])('refuses %j', (typed) => {
  expect(readQuantity(typed, 10)).toBeUndefined();
});
