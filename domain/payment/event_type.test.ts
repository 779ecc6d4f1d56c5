import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAYMENT_EVENTS } from './event_type.ts';

test('whoever sets up a deployment is told to subscribe to every event that changes something', () => {
  const told = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
  expect(PAYMENT_EVENTS.filter((type) => !told.includes(`\`${type}\``))).toEqual([]);
});

test('the provider lists by at most twenty types', () => {
  expect(PAYMENT_EVENTS.length).toBeLessThanOrEqual(20);
});
