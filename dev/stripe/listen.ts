import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request with its body as text, exactly as it was sent. */
export interface Call {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What goes back. A `body` that is no string is sent as JSON. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
  /** Says nothing instead: closes the connection, or leaves it open until the caller has enough. */
  silence?: 'close' | 'hang';
}

/** A listening server. */
export interface Listener {
  url: string;
  port: number;
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;

/**
 * Serves calls on 127.0.0.1. A stand-in is one function from call to answer, so that a later layer can
 * wrap it: answer something else, answer late, or act and then not answer.
 *
 * @param port 0 picks a free one
 * @param answer must not reject; if it does, the caller gets a bare 500
 * @throws Error with one clear sentence when the port is taken
 */
export async function listen(port: number, answer: (call: Call) => Promise<Answer>): Promise<Listener> {
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) =>
        answer({
          method: request.method ?? 'GET',
          url: new URL(request.url ?? '/', 'http://127.0.0.1'),
          headers: request.headers,
          body,
        }),
      )
      .catch((error: unknown) => ({ status: 500, body: { message: String(error) } }) satisfies Answer)
      .then(({ status, headers, body, silence }: Answer) => {
        if (silence === 'hang') return;
        if (silence === 'close') {
          request.socket.destroy();
          return;
        }
        const isText = typeof body === 'string';
        response.writeHead(status, isText ? headers : { 'content-type': 'application/json', ...headers });
        response.end(isText ? body : JSON.stringify(body, null, 2));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} is taken by another program.`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RangeError('The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
