import type { MessageBatch } from '@cloudflare/workers-types';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DomainError } from '../domain/error.ts';
import type { Message } from '../domain/message.ts';
import { consume } from './consume.ts';
import type { Steps } from './consume.ts';
import type { DeadLetter } from './dead_letter/store.ts';
import type { Ports } from './ports.ts';

const unused: Ports = {
  get database(): never {
    throw new TypeError('These steps touch no database.');
  },
  get sweepDatabase(): never {
    throw new TypeError('These steps touch no database.');
  },
  payments: {
    read: vi.fn(),
    cancel: vi.fn(),
    refund: vi.fn(),
    readRefund: vi.fn(),
    listRefunds: vi.fn(),
    readDispute: vi.fn(),
    listDisputes: vi.fn(),
    readWarning: vi.fn(),
    intentOfCharge: vi.fn(),
  },
  paymentEvents: vi.fn(),
  movements: vi.fn(),
  custody: { create: vi.fn(), findByExternalId: vi.fn(), findById: vi.fn() },
  send: vi.fn(),
  newId: () => '0',
  newestDataKey: 0,
  dataKeys: vi.fn(),
};

const work = (id: string): Message => ({ v: 1, kind: 'work', site: 'na', noun: 'release', id });

/** Delivers bodies and tells what became of each: `ack`, `retry` with its delay, or nothing. */
async function deliver(bodies: unknown[], steps: Partial<Steps>, queue = 'custody', attempts = 1) {
  const ends: string[] = bodies.map(() => 'nothing');
  const messages = bodies.map((body, at) => ({
    id: `m${at}`,
    timestamp: new Date(0),
    body,
    attempts,
    ack: () => void (ends[at] = 'ack'),
    retry: (options?: { delaySeconds?: number }) => void (ends[at] = `retry ${options?.delaySeconds ?? 0}`),
  }));
  const batch: MessageBatch = {
    queue,
    messages,
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    retryAll: () => undefined,
    ackAll: () => undefined,
  };
  const letters: DeadLetter[] = [];
  await consume(batch, unused, {
    dispatch: () => Promise.resolve({ outcome: 'applied' }),
    storeDeadLetter: (_ports, letter) => {
      letters.push(letter);
      return Promise.resolve();
    },
    ...steps,
  });
  return { ends, letters };
}

const failing = (errors: Record<string, Error>): Steps['dispatch'] => {
  return (_ports, message) => {
    const error = 'id' in message ? errors[message.id] : undefined;
    return error === undefined ? Promise.resolve({ outcome: 'applied' }) : Promise.reject(error);
  };
};

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  const keep = (line: unknown): void => void logged.push(String(line));
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

test('each message of a batch ends by its own error alone', async () => {
  const dispatch = failing({
    later: new DomainError('custody.unavailable'),
    never: new DomainError('release.unknown'),
    bug: new TypeError('ours'),
  });
  const { ends, letters } = await deliver([work('a'), work('later'), work('never'), work('bug'), work('b')], {
    dispatch,
  });
  expect(ends).toEqual(['ack', 'retry 2', 'ack', 'retry 2', 'ack']);
  expect(letters).toEqual([{ queue: 'custody', id: 'm2', body: work('never'), attempts: 1 }]);
});

test('a retry waits longer the more often the message came', async () => {
  const dispatch = failing({ later: new DomainError('custody.unavailable') });
  expect((await deliver([work('later')], { dispatch }, 'custody', 5)).ends).toEqual(['retry 32']);
});

test('a message of no known shape is stored at once and never dispatched', async () => {
  const dispatch = vi.fn<Steps['dispatch']>();
  const { ends, letters } = await deliver([{ v: 2 }, 'text', undefined], { dispatch });
  expect(ends).toEqual(['ack', 'ack', 'ack']);
  expect(letters.map(({ body }) => body)).toEqual([{ v: 2 }, 'text', undefined]);
  expect(dispatch).not.toHaveBeenCalled();
});

test('a dead letter is stored, not tried again', async () => {
  const dispatch = vi.fn<Steps['dispatch']>();
  const { ends, letters } = await deliver([work('a')], { dispatch }, 'custody-dlq', 3);
  expect(ends).toEqual(['ack']);
  expect(letters).toEqual([{ queue: 'custody-dlq', id: 'm0', body: work('a'), attempts: 3 }]);
  expect(dispatch).not.toHaveBeenCalled();
});

test('a dead letter that cannot be stored stays queued', async () => {
  const storeDeadLetter = () => Promise.reject(new DomainError('database.unavailable'));
  expect((await deliver([work('a')], { storeDeadLetter }, 'custody-dlq')).ends).toEqual(['retry 2']);
  expect((await deliver(['poison'], { storeDeadLetter })).ends).toEqual(['retry 2']);
});

test('a person is told of a message that cannot be stored before its queue gives it up', async () => {
  const away = () => Promise.reject(new DomainError('database.unavailable'));
  const alerts = () => logged.filter((line) => line.includes('message.unstored'));
  await deliver([work('a')], { storeDeadLetter: away }, 'custody-dlq', 3);
  expect(alerts()).toEqual([]);
  await deliver([work('a')], { storeDeadLetter: away }, 'custody-dlq', 4);
  expect(alerts()).toHaveLength(1);
  await deliver([work('a')], { storeDeadLetter: () => Promise.reject(new Error('22P05')) }, 'custody-dlq');
  expect(alerts()).toHaveLength(2);
});

test('a log line names the message and the code, never what an error or a payload says', async () => {
  const event = { id: 'evt_1', type: 'payment_intent.succeeded', data: { email: 'a@b.example' } };
  const dispatch = () => Promise.reject(new Error('Failed query: values a@b.example, sk_live_1'));
  await deliver([{ v: 1, kind: 'stripe', account: null, event }], { dispatch });
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ kind: 'stripe', id: 'evt_1', outcome: 'retry', code: 'Error' });
  expect(logged.join()).not.toMatch(/example|sk_live/);
});
