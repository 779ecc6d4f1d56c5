import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitAfterExpiries } from './limit.ts';

const at = (minutes: number) => new Date(minutes * 60_000);
const wait = (minutes: number[], now: number) => waitAfterExpiries(minutes.map(at), at(now));

test('three orders that expire within an hour make the buyer wait an hour from the third', () => {
  expect(wait([0, 30, 60], 60)).toEqual(at(120));
  expect(wait([0, 30, 60], 119)).toEqual(at(120));
  expect(wait([0, 30, 60], 120)).toBeNull();
});

test('two are forgiven, and so are three that are spread', () => {
  expect(wait([0, 1], 2)).toBeNull();
  expect(wait([0, 30, 61], 61)).toBeNull();
});

test('a later expiry does not end the wait an earlier three began', () => {
  expect(wait([0, 10, 20, 79], 79)).toEqual(at(80));
});

test('nobody waits more than an hour after their last expiry, nor in what order it is told', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 })), fc.integer({ min: 0, max: 400 }), (minutes, now) => {
      const past = minutes.filter((minute) => minute <= now);
      const until = wait(past, now);
      expect(wait([...past].reverse(), now)).toEqual(until);
      if (until !== null) expect(until.getTime() - Math.max(...past) * 60_000).toBeLessThanOrEqual(3_600_000);
    }),
  );
});
