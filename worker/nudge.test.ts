import type { Queue } from '@cloudflare/workers-types';
import { expect, test, vi } from 'vitest';
import type { Message } from '../domain/message.ts';
import { nudge } from './nudge.ts';

const queueOf = (sendBatch: Queue<Message>['sendBatch']) => ({ sendBatch }) as Queue<Message>;

test('each thing that was committed is a message', async () => {
  const sent: Message[] = [];
  const queue = queueOf((messages) => {
    sent.push(...Array.from(messages, ({ body }) => body));
    return Promise.resolve({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
  });
  await nudge(queue, 'na', 'release', ['r1', 'r2']);
  await nudge(queue, 'na', 'release', []);
  expect(sent).toEqual(['r1', 'r2'].map((id) => ({ v: 1, kind: 'work', site: 'na', noun: 'release', id })));
});

test('a queue that is away fails nothing: a line tells of it, and alerts nobody', async () => {
  const line = vi.spyOn(console, 'error').mockReturnValue();
  try {
    await nudge(
      queueOf(() => Promise.reject(new Error('away'))),
      'na',
      'order',
      ['o'],
    );
    const told = line.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown);
    expect(told).toEqual([{ level: 'warn', event: 'nudge.lost', site: 'na', noun: 'order', count: 1 }]);
  } finally {
    line.mockRestore();
  }
});
