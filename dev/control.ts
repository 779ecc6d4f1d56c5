import { createServer } from 'node:http';
import type { Workers } from './runtime/workers.ts';

/** The consumer's cron expression, as in queues/wrangler.toml. */
const CRON = '* * * * *';

/** Runs the consumer's sweeps once, as Cloudflare does every minute. */
export async function fireCron(workers: Workers): Promise<void> {
  await workers.scheduled(CRON);
}

/** A door for `npm run cron` into the process that holds the Workers: `POST /cron`. On loopback only. */
export async function startControl(workers: Workers): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== '/cron') {
      response.writeHead(404).end();
      return;
    }
    fireCron(workers).then(
      () => response.writeHead(204).end(),
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
