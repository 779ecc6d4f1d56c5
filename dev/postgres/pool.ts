import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as PgModule from 'pg';
import type { Pool, PoolClient } from 'pg';
import type { SqlRequest } from './request.ts';

// Test runners resolve packages as a browser would, where pg is something else: require keeps to Node's rules.
const pg = createRequire(import.meta.url)('pg') as typeof PgModule;

/** Seven roles of this many connections stay below the server's 200. */
const CONNECTIONS_PER_ROLE = 27;

const END_MS = 2000;

/** Connections to one server, by role, password and database. */
export interface Pools {
  /**
   * Runs work on a connection of the login. After an error that says the session is over, the connection is dropped.
   *
   * @throws what connecting or the work throws.
   */
  use<T>(login: SqlRequest['login'], work: (client: PoolClient) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** @param serverUrl the real server; only host, port and `sslmode` of it are used. */
export function openPools(serverUrl: string): Pools {
  const server = new URL(serverUrl);
  const pools = new Map<string, Pool>();

  const poolOf = (login: SqlRequest['login']): Pool => {
    const key = JSON.stringify([login.user, login.password, login.database]);
    let pool = pools.get(key);
    if (pool === undefined) {
      const url = new URL(server);
      url.username = encodeURIComponent(login.user);
      url.password = encodeURIComponent(login.password);
      url.pathname = encodeURIComponent(login.database);
      pool = new pg.Pool({
        connectionString: url.href,
        max: CONNECTIONS_PER_ROLE,
        idleTimeoutMillis: 30_000,
        connectionTimeoutMillis: 30_000,
      });
      // An idle connection that the server ends is no one's error: the pool has dropped it already.
      pool.on('error', () => undefined);
      pools.set(key, pool);
    }
    return pool;
  };

  return {
    async use(login, work) {
      const client = await poolOf(login).connect();
      let broken = false;
      // Without a listener a connection that ends between two statements would end the process.
      const onError = (): void => void (broken = true);
      client.on('error', onError);
      try {
        return await work(client);
      } catch (error) {
        broken ||= !sessionSurvives(error);
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    async end() {
      const open = [...pools.values()];
      pools.clear();
      // A pool waits for the statements under way; one that sleeps must not keep the whole stack from ending.
      await Promise.race([Promise.all(open.map((pool) => pool.end())), sleep(END_MS, undefined, { ref: false })]);
    },
  };
}

/** Only an error that the server itself reported, and not as fatal, leaves a session one can go on with. */
function sessionSurvives(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}
