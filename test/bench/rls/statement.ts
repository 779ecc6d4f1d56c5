import { neonConfig } from '@neondatabase/serverless';

/** A statement as the driver sent it, its parameters in PostgreSQL's text form. */
export interface Statement {
  query: string;
  params: unknown[];
}

/** What one call of the product sent in its one batch: `app.enter`, then the statement in question. */
export interface Recorded {
  enter: Statement;
  statement: Statement;
}

/**
 * Runs a read of the product against the database and keeps what it really sent.
 *
 * @param table what the wanted statement reads from
 * @throws Error unless `work` sent one batch with one such statement
 */
export async function recordStatement(table: string, work: () => Promise<unknown>): Promise<Recorded> {
  const bodies: string[] = [];
  neonConfig.fetchFunction = (url: string, init: RequestInit & { body: string }) => {
    bodies.push(init.body);
    return fetch(url, init);
  };
  try {
    await work();
  } finally {
    neonConfig.fetchFunction = undefined;
  }
  const [body, ...more] = bodies;
  const { queries = [] } = JSON.parse(body ?? '{}') as { queries?: Statement[] };
  const [enter, ...rest] = queries;
  const [statement, ...others] = rest.filter(({ query }) => query.includes(` from "${table}"`));
  if (enter === undefined || statement === undefined || more.length > 0 || others.length > 0) {
    throw new Error(`expected one batch with one statement from ${table}, saw ${bodies.join('\n')}`);
  }
  return { enter, statement };
}
