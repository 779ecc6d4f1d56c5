import { Agent, createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onExit } from './process.ts';

/** Decides, before a request is passed on and again after it was answered, whether the connection is cut. */
export type PassFault = (phase: 'before' | 'after', request: { method: string; path: string }) => 'pass' | 'cut';

/** A server in front of another one on this machine, by which the way between them can be cut. */
export interface PassThrough {
  readonly url: string;
  /** Installs or, with null, removes the fault of a test. */
  setFault(fault: PassFault | null): void;
  stop(): Promise<void>;
}

/** @param target origin of the server behind; host, path, headers and bodies pass as they are */
export async function startPassThrough(target: string): Promise<PassThrough> {
  const state: { fault: PassFault | null } = { fault: null };
  const agent = new Agent({ keepAlive: true });
  const behind = new URL(target);
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body = await bytesOf(incoming);
    if (state.fault?.('before', { method, path }) === 'cut') return void response.destroy();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: behind.hostname, port: behind.port, method, path, headers, agent };
      ask(options, resolve).on('error', reject).end(body);
    });
    const content = await bytesOf(answer);
    if (state.fault?.('after', { method, path }) === 'cut') return void response.destroy();
    response.writeHead(answer.statusCode ?? 502, withoutFraming(answer.headers)).end(content);
  }

  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  const stop = async (): Promise<void> => {
    release();
    agent.destroy();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const release = onExit(stop);
  return { url: `http://127.0.0.1:${address.port}`, setFault: (fault) => void (state.fault = fault), stop };
}

/** The body is whole here, so how it was cut into pieces on the way says nothing any more. */
function withoutFraming(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'transfer-encoding' && name !== 'connection'),
  );
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
