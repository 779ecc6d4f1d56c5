import type { IncomingMessage } from 'node:http';

/** One statement of a request; parameters are Postgres text, as the driver sends them. */
export interface Statement {
  readonly query: string;
  readonly params: readonly unknown[];
}

/** What one POST /sql asks for. */
export interface SqlRequest {
  /** Role, password and database of the `Neon-Connection-String` header; its host and port mean nothing here. */
  readonly login: { readonly user: string; readonly password: string; readonly database: string };
  readonly statements: readonly Statement[];
  readonly batch: boolean;
  /** The BEGIN of a batch, with the isolation its headers ask for. */
  readonly begin: string;
  /** False: rows are objects by column name. */
  readonly arrayMode: boolean;
  /** False: numbers, booleans and JSON are given as such. True: every value is Postgres text. */
  readonly rawText: boolean;
}

/** A request that is answered without asking the database. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ISOLATION: Readonly<Record<string, string>> = {
  readuncommitted: 'READ UNCOMMITTED',
  readcommitted: 'READ COMMITTED',
  repeatableread: 'REPEATABLE READ',
  serializable: 'SERIALIZABLE',
};

/** @throws BadRequest when a header or the body is not of the protocol. */
export function parseSqlRequest(headers: IncomingMessage['headers'], body: string): SqlRequest {
  const { queries, single } = parseBody(body);
  return {
    login: parseLogin(header(headers, 'neon-connection-string')),
    statements: (queries ?? [single]).map(parseStatement),
    batch: queries !== undefined,
    begin: parseBegin(headers),
    arrayMode: header(headers, 'neon-array-mode') === 'true',
    rawText: header(headers, 'neon-raw-text-output') === 'true',
  };
}

function parseBody(body: string): { queries: readonly unknown[] | undefined; single: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new BadRequest(400, 'the body is not JSON');
  }
  if (!isRecord(value)) throw new BadRequest(400, 'the body is not an object');
  if (!('queries' in value)) return { queries: undefined, single: value };
  if (!Array.isArray(value['queries'])) throw new BadRequest(400, 'queries is not an array');
  return { queries: value['queries'] as unknown[], single: undefined };
}

function parseStatement(value: unknown): Statement {
  if (!isRecord(value) || typeof value['query'] !== 'string') throw new BadRequest(400, 'a query has no text');
  const params = value['params'] ?? [];
  if (!Array.isArray(params)) throw new BadRequest(400, 'params is not an array');
  return { query: value['query'], params: params as unknown[] };
}

function parseLogin(text: string | undefined): SqlRequest['login'] {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.username === '') {
    throw new BadRequest(400, 'the header Neon-Connection-String is missing or no postgres:// URL with a role');
  }
  try {
    const user = decodeURIComponent(url.username);
    const database = decodeURIComponent(url.pathname.slice(1));
    return { user, password: decodeURIComponent(url.password), database: database === '' ? user : database };
  } catch {
    throw new BadRequest(400, 'the header Neon-Connection-String is badly encoded');
  }
}

function parseBegin(headers: IncomingMessage['headers']): string {
  const level = header(headers, 'neon-batch-isolation-level');
  const isolation = level === undefined ? '' : ISOLATION[level.toLowerCase()];
  if (isolation === undefined) throw new BadRequest(400, `unknown isolation level ${String(level)}`);
  const parts = ['BEGIN', isolation === '' ? '' : `ISOLATION LEVEL ${isolation}`];
  if (header(headers, 'neon-batch-read-only') === 'true') parts.push('READ ONLY');
  if (header(headers, 'neon-batch-deferrable') === 'true') parts.push('DEFERRABLE');
  return parts.filter((part) => part !== '').join(' ');
}

function header(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
