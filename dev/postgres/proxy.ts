import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onExit } from '../process.ts';
import { errorAnswer } from './answer.ts';
import { execute } from './execute.ts';
import { openPools } from './pool.ts';
import type { Pools } from './pool.ts';
import { BadRequest, parseSqlRequest } from './request.ts';
import type { SqlRequest } from './request.ts';

const LIMIT_BYTES = 64 * 1024 * 1024;
const TRACE_LENGTH = 2000;
const PARAMETER_LENGTH = 4000;

/** What the trace keeps of one request. */
export interface ProxyRequest {
  readonly role: string;
  /** The first 200 characters of each statement. */
  readonly queries: readonly string[];
  /** What the statements were given, in order; of each value the first 4,000 characters. */
  readonly parameters: readonly string[];
  readonly batch: boolean;
  /** From the last byte of the request to the result, in milliseconds; null until it is there. */
  ms: number | null;
  /** SQLSTATE, or the HTTP status of a request that did not reach the database; null when all went well. */
  error: string | null;
}

/** Decides, before the database is asked and again after it answered, whether the connection is cut. */
export type Fault = (phase: 'before' | 'after', request: ProxyRequest) => 'pass' | 'cut' | Promise<'pass' | 'cut'>;

/** A running proxy. */
export interface NeonProxy {
  readonly port: number;
  /** The value for `neonConfig.fetchEndpoint` and NEON_ENDPOINT. */
  readonly url: string;
  /** How many well-formed requests have come since the start; one batch is one. */
  requests(): number;
  /** The newest requests, oldest first, at most 2,000. */
  trace(): readonly ProxyRequest[];
  /** Installs or, with null, removes the fault of a test. */
  setFault(fault: Fault | null): void;
  /** Finishes nothing: open requests are cut, the pools closed. May be called twice. */
  stop(): Promise<void>;
}

interface State {
  readonly pools: Pools;
  readonly trace: ProxyRequest[];
  count: number;
  fault: Fault | null;
}

/**
 * Speaks Neon's protocol of SQL over HTTP in front of an ordinary PostgreSQL, so that the Workers run the same driver
 * locally as in production, and every database request can be counted and cut.
 *
 * @param options.serverUrl the real server's URL; role, password and database come from each request.
 */
export async function startNeonProxy(options: { serverUrl: string; port?: number }): Promise<NeonProxy> {
  const state: State = { pools: openPools(options.serverUrl), trace: [], count: 0, fault: null };
  const server = createServer((request, response) => {
    void handle(state, request, response).catch(() => response.destroy());
  });
  // A Worker keeps its connections open between requests; closing them on it would look like a failing database.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  const close = async (): Promise<void> => {
    release();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await Promise.all([closed, state.pools.end()]);
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= close());
  const release = onExit(stop);
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/sql`,
    requests: () => state.count,
    trace: () => [...state.trace],
    setFault: (fault) => void (state.fault = fault),
    stop,
  };
}

async function handle(state: State, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let noted: ProxyRequest | undefined;
  let answer: { status: number; body: unknown; code?: string | undefined };
  try {
    if (incoming.method !== 'POST' || incoming.url !== '/sql') throw new BadRequest(404, 'only POST /sql is served');
    const request = parseSqlRequest(incoming.headers, await readBody(incoming));
    noted = note(state, request);
    if ((await state.fault?.('before', noted)) === 'cut') return void response.destroy();
    const startedAt = performance.now();
    try {
      answer = { status: 200, body: await state.pools.use(request.login, (client) => execute(client, request)) };
    } finally {
      noted.ms = performance.now() - startedAt;
    }
  } catch (error) {
    answer = errorAnswer(error);
    if (noted !== undefined) noted.error = answer.code ?? String(answer.status);
  }
  if (noted !== undefined && (await state.fault?.('after', noted)) === 'cut') return void response.destroy();
  let text = JSON.stringify(answer.body);
  if (Buffer.byteLength(text) > LIMIT_BYTES) {
    answer = { status: 507, body: undefined };
    text = JSON.stringify({ message: `response is too large (max is ${LIMIT_BYTES} bytes)` });
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
}

function note(state: State, request: SqlRequest): ProxyRequest {
  const queries = request.statements.map(({ query }) => query.slice(0, 200));
  const parameters = request.statements.flatMap(({ params }) =>
    params.map((value) => String(value).slice(0, PARAMETER_LENGTH)),
  );
  const { batch, login } = request;
  const noted: ProxyRequest = { role: login.user, queries, parameters, batch, ms: null, error: null };
  state.count += 1;
  state.trace.push(noted);
  if (state.trace.length > TRACE_LENGTH) state.trace.shift();
  return noted;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LIMIT_BYTES) throw new BadRequest(413, `request is too large (max is ${LIMIT_BYTES} bytes)`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
