import { expect, test } from 'vitest';
import { DomainError } from '../domain/error.ts';
import type { Message } from '../domain/message.ts';
import { dispatch } from './dispatch.ts';
import type { Ports } from './ports.ts';

const ports = Object.freeze({}) as Ports;

test('every kind of message reaches its own handler', async () => {
  const handlers = {
    stripe: () => Promise.resolve({ outcome: 'applied', reason: 'stripe' } as const),
    fireblocks: () => Promise.resolve({ outcome: 'applied', reason: 'fireblocks' } as const),
    work: () => Promise.resolve({ outcome: 'applied', reason: 'work' } as const),
    sweep: () => Promise.resolve({ outcome: 'applied', reason: 'sweep' } as const),
  };
  const messages: Message[] = [
    { v: 1, kind: 'stripe', account: null, event: { id: 'e', type: 't' } },
    { v: 1, kind: 'fireblocks', event: { id: 'e', eventType: 't' } },
    { v: 1, kind: 'work', site: 'na', noun: 'release', id: 'r' },
    { v: 1, kind: 'sweep', site: 'na', name: 'orders.expire' },
  ];
  for (const message of messages) {
    expect(await dispatch(ports, message, handlers)).toEqual({ outcome: 'applied', reason: message.kind });
  }
});

test.each<Message>([
  { v: 1, kind: 'sweep', site: 'na', name: 'nothing.known' },
  { v: 1, kind: 'sweep', site: 'na', name: 'constructor' },
])('a sweep that nobody runs is refused for good: %o', async (message) => {
  const error: unknown = await dispatch(ports, message).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DomainError);
  expect(error).toMatchObject({ code: 'request.malformed', retry: false });
});
