import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { guardPid } from './guard.ts';
import { freePort, portTaken, requirePort } from './port.ts';
import { onExit, processAlive, run, startChild, stopAll } from './process.ts';

it('stops in reverse order, once, and goes on past a failure', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const order: string[] = [];
  onExit(() => void order.push('first'));
  const takeBack = onExit(() => void order.push('taken back'));
  onExit(() => Promise.reject(new Error('cannot stop')));
  onExit(async () => {
    await Promise.resolve();
    order.push('last');
  });
  takeBack();
  await Promise.all([stopAll(), stopAll()]);
  await stopAll();
  expect(order).toEqual(['last', 'first']);
  expect(printed).toHaveBeenCalledOnce();
  printed.mockRestore();
});

it('ends a child together with its own children, and leaves no guard', async () => {
  let output = '';
  const child = await startChild('sh', ['-c', 'sleep 300 & echo $!; wait'], { onOutput: (text) => (output += text) });
  await vi.waitFor(() => expect(output).toMatch(/^\d+\n$/));
  expect(guardPid()).toBeDefined();
  await child.stop();
  await vi.waitFor(() => expect([child.pid, Number(output)].map(processAlive)).toEqual([false, false]));
  expect(guardPid()).toBeUndefined();
});

it('ends what a finished child left running', async () => {
  const left = Number(await run('sh', ['-c', 'sleep 300 >/dev/null 2>&1 & echo $!']));
  await vi.waitFor(() => expect(processAlive(left)).toBe(false));
});

it('kills a child that does not listen', async () => {
  const child = await startChild('sh', ['-c', "trap '' TERM; while :; do sleep 0.05; done"]);
  await child.stop('SIGTERM', 200);
  expect(processAlive(child.pid)).toBe(false);
});

it('takes its children along when it dies of an exception', async () => {
  const script = `
    import { startChild } from ${JSON.stringify(join(import.meta.dirname, 'process.ts'))};
    const { pid } = await startChild('sleep', ['300']);
    console.log(pid);
    throw new Error('unexpected');`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  expect(await once(owner, 'exit')).toEqual([1, null]);
  await vi.waitFor(() => expect(processAlive(Number(line.toString()))).toBe(false));
});

it('tells a failed program by its last words', async () => {
  expect(await run('sh', ['-c', 'echo fine; echo aside >&2'])).toBe('fine\n');
  await expect(run('sh', ['-c', 'echo wrong >&2; exit 3'])).rejects.toThrow(/ended with 3:\nwrong/);
  await expect(run('no-such-program', [])).rejects.toThrow('no-such-program could not be started');
});

it('knows a free port from a taken one', async () => {
  const port = await freePort();
  expect(await requirePort(port, 'a test')).toBe(port);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await portTaken(port)).toBe(true);
  await expect(requirePort(port, 'a test')).rejects.toThrow(`Port ${port} (a test) is taken by another program`);
  server.close();
});
