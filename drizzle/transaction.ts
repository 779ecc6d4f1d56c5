import { neon, neonConfig } from '@neondatabase/serverless';
import { sql, type SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http';
import { DomainError, isRefusalCode } from '../domain/error.ts';
import type { RefusalCode } from '../domain/error.ts';
import * as schema from './schema/index.ts';

/** A connection of one role. It holds no socket: each transaction is one HTTP request. */
export type Database = NeonHttpDatabase<typeof schema>;

/** Builds the statements of a transaction. */
export type Statements = Omit<Database, 'batch' | 'transaction' | '$client'>;

/**
 * Whom a transaction is for; becomes its first statement, `app.enter`.
 *
 * - a request of a site host: `host` and `session` (hex SHA-256 of the cookie)
 * - an operator on the platform host: the same and `site`, the code of the site worked on
 * - the consumer: `site`, or a provider's connected `account`, alone; with neither it sees only rows of no site
 */
export interface Entry {
  host?: string;
  session?: string | undefined;
  site?: string;
  account?: { provider: 'stripe'; account: string };
  /** In place of a session: whom an access token speaks for, once it was verified. */
  bearer?: Bearer | undefined;
  /** `fresh`: signed in within the last quarter of an hour. `administrator` is for `posx_admin` alone. */
  requires?: 'nobody' | 'buyer' | 'fresh' | 'support' | 'manager' | 'owner' | 'administrator';
  /** Told what `app.enter` found, once the transaction is committed. */
  onEntered?: (entered: Entered) => void;
}

/** Whom a verified access token speaks for. What it may do is the database's to say; a scope only narrows that. */
export type Bearer =
  | { kind: 'user'; subject: string; client: string; audience: readonly string[] }
  | { kind: 'machine'; client: string; scope: string | null };

/** What `app.enter` found. */
export interface Entered {
  siteId: string;
  siteCode: string;
  userId: string | null;
  role: string;
  siteStatus: string;
  /** The database's `app.now()`. */
  now: Date;
  /** Of the cookie the request came with; null without one. */
  sessionId: string | null;
  /** Whether Auth0 is to be asked again if the person of this session may still sign in. */
  recheckDue: boolean;
}

/** @param endpoint Neon's SQL-over-HTTP address where it is not the one derived from the host */
export function connect(url: string, endpoint?: string): Database {
  if (endpoint !== undefined && endpoint !== '') neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url), { schema, casing: 'snake_case' });
}

type Results<Items extends readonly BatchItem<'pg'>[]> = { [Key in keyof Items]: Items[Key]['_']['result'] };

/**
 * Runs one transaction: one HTTP request, `app.enter` first, then the given statements, all or nothing. This is the only
 * place that opens one.
 *
 * @throws DomainError with the code a guard raised, or `database.unavailable` (retry)
 * @throws ConflictError when a unique constraint refused a row
 * @throws TypeError when `app.enter` answered no row; any other fault as the driver threw it
 */
export async function transact<const Items extends readonly BatchItem<'pg'>[]>(
  database: Database,
  entry: Entry,
  build: (statements: Statements) => Items,
): Promise<[Entered, ...Results<Items>]> {
  const enter = database.execute<EnterRow>(enterStatement(entry));
  try {
    const [row, ...results] = await database.batch([enter, ...build(database)]);
    const entered = enteredOf(row.rows[0]);
    entry.onEntered?.(entered);
    return [entered, ...(results as unknown as Results<Items>)];
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Runs the one kind of transaction that is a single statement: one that calls `app.enter` itself, or needs no site.
 *
 * @throws DomainError with the code a guard raised, or `database.unavailable` (retry)
 * @throws ConflictError when a unique constraint refused a row; any other fault as the driver threw it
 */
export async function call<Result>(
  database: Database,
  build: (statements: Statements) => PromiseLike<Result>,
): Promise<Result> {
  try {
    return await build(database);
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Reads across sites as `posx_sweep`, the one role whose policies allow it: no site is entered, so any other role would
 * see nothing this way.
 *
 * @throws DomainError `database.unavailable` (retry)
 */
export async function sweep<const Items extends readonly [BatchItem<'pg'>, ...BatchItem<'pg'>[]]>(
  database: Database,
  build: (statements: Statements) => Items,
): Promise<Results<Items>> {
  try {
    return await database.batch(build(database));
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Turns "this statement touched another number of rows" into the refusal that rolls the whole batch back.
 *
 * @param code what {@link transact} then throws as a DomainError
 * @returns the statement; it throws nothing until it is run
 */
export function expectRows(changed: SQL, code: RefusalCode, wanted = 1): SQL {
  return sql`with changed as (${changed}) select app.expect((select count(*) from changed), ${code}, ${wanted})`;
}

/** A unique constraint refused a row: somebody was there first. */
export class ConflictError extends Error {
  readonly constraint: string;
  constructor(constraint: string, cause: unknown) {
    super(`conflict with ${constraint}`, { cause });
    this.name = 'ConflictError';
    this.constraint = constraint;
  }
}

/** How often something is decided, and by what a commit says, beside `guard.changed`, that the world had moved on. */
export interface Attempts {
  readonly most: number;
  /** Refusals that do not come from the decision: decided again, it comes to something else. */
  readonly outdated: readonly RefusalCode[];
}

/**
 * Loads and decides again when a guard found that the world had moved on.
 *
 * @throws whatever `run` throws, an outdated refusal as `guard.changed` once it was decided often enough.
 */
export async function decideAgain<Result>(attempts: number | Attempts, run: () => Promise<Result>): Promise<Result> {
  const { most, outdated } = typeof attempts === 'number' ? { most: attempts, outdated: [] } : attempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const isOutdated = error instanceof DomainError && outdated.includes(error.code);
      const moved = (error instanceof DomainError && error.code === 'guard.changed') || error instanceof ConflictError;
      if (!isOutdated && !moved) throw error;
      if (attempt >= most) throw isOutdated ? new DomainError('guard.changed', { cause: error }) : error;
    }
  }
}

interface EnterRow extends Record<string, unknown> {
  site_id: string;
  site_code: string;
  user_id: string | null;
  role: string;
  site_status: string;
  at: string | Date;
  session_id: string | null;
  recheck_due: boolean;
}

function enterStatement(entry: Entry): SQL {
  if (entry.account !== undefined) {
    return sql`select * from app.enter_account(${entry.account.provider}, ${entry.account.account})`;
  }
  const session = entry.session === undefined ? null : `\\x${entry.session}`;
  const bearer = entry.bearer === undefined ? null : JSON.stringify(entry.bearer);
  return sql`select * from app.enter(${entry.host ?? null}, ${session}::bytea, ${entry.site ?? null}, ${entry.requires ?? 'nobody'}, ${bearer}::jsonb)`;
}

function enteredOf(row: EnterRow | undefined): Entered {
  if (row === undefined) throw new TypeError('app.enter answered no row');
  return {
    siteId: row.site_id,
    siteCode: row.site_code,
    userId: row.user_id,
    role: row.role,
    siteStatus: row.site_status,
    now: new Date(row.at),
    sessionId: row.session_id,
    recheckDue: row.recheck_due,
  };
}

/** Serialization failures, deadlocks, and a server that is starting, stopping or full: trying again may help. */
const PASSING = /^(40001|40P01|53\d{3}|57P0\d|08\w{3}|55P03)$/;

function refusalOf(error: unknown): unknown {
  const fault = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause : error;
  if (!(fault instanceof Error)) return error;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined;
  if (code === 'PX001' && isRefusalCode(fault.message)) return new DomainError(fault.message, { cause: fault });
  if (code === '23505') return new ConflictError(String('constraint' in fault ? fault.constraint : ''), fault);
  // Without an SQLSTATE the database never answered: the outcome is unknown to us and known to the next read.
  if (fault.name === 'NeonDbError' && (code === undefined || PASSING.test(code))) {
    return new DomainError('database.unavailable', { cause: fault });
  }
  return error;
}
