import { createServer, type IncomingMessage } from 'node:http';
import type { NeonProxy } from './postgres/proxy.ts';
import type { QueueMessage, Workers } from './runtime/workers.ts';

/** The consumer's cron expression, as in queues/wrangler.toml. */
const CRON = '* * * * *';

/** Runs the consumer's sweeps once, as Cloudflare does every minute. */
export async function fireCron(workers: Workers, name: string = CRON): Promise<void> {
  await workers.scheduled(name);
}

type Answer = (body: string, parameters: URLSearchParams) => unknown;

/**
 * A door on loopback into the process that holds the Workers, for `npm run cron` and for tests:
 *
 * - `POST /cron[?name=orders.expire]` fires the sweeps
 * - `POST /queue?name=payments` gives messages to the consumer past the queue and answers what it decided
 * - `GET /trace?after=N` the database requests since the N-th, and how many there were in all
 * - `GET /logs` the Workers' newest log lines
 */
export async function startControl(
  workers: Workers,
  proxy: NeonProxy,
): Promise<{ url: string; stop(): Promise<void> }> {
  const answers: Record<string, Answer> = {
    'POST /cron': async (_, parameters) => {
      await fireCron(workers, parameters.get('name') ?? CRON);
      return {};
    },
    'POST /queue': (body, parameters) =>
      workers.queue(parameters.get('name') ?? '', JSON.parse(body) as QueueMessage[]),
    'GET /trace': (_, parameters) => {
      const count = proxy.requests();
      const missed = count - Number(parameters.get('after') ?? count);
      return { count, requests: missed === 0 ? [] : proxy.trace().slice(-missed) };
    },
    'GET /logs': () => workers.logs(),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = answers[`${request.method ?? ''} ${url.pathname}`];
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    readBody(request)
      .then((body) => answer(body, url.searchParams))
      .then(
        (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
        (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : 'failed'),
      );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
