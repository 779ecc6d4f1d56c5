import pg from 'pg';
import { median } from '../figure.ts';
import type { Read } from './read.ts';
import type { Statement } from './statement.ts';

const WARM_UP = 30;
const RUNS = 300;

/** One side of the comparison: medians in milliseconds, and how the planner goes about it. */
export interface Side {
  /** Planning and execution as the server measures them, rows turned into text included. */
  serverMs: number;
  /** From sending to the last row over loopback, less what `select 1` takes. */
  clientMs: number;
  /** From the top down, with the index where one is used. */
  plan: string;
}

/** `bound` is the product's role, under row-level security; `free` a superuser, under none. */
export type Comparison = Record<'bound' | 'free', Side>;

/**
 * Runs the statement by turns as the product's role and as a superuser, within one transaction that began with the
 * product's own `app.enter`. Both sides share one connection, so that they share its caches and its processor too. Every
 * run is planned anew, as the product's are: the driver prepares nothing.
 */
export async function compare(read: Read, superuserUrl: string): Promise<Comparison> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(`begin; set local role ${read.role}`);
    await client.query(configOf(read.enter));
    const roles = { bound: read.role, free: 'none' };
    const become = (side: keyof Comparison) => client.query(`set local role ${roles[side]}`);
    const taken = { bound: samples(), free: samples() };
    for (let run = -WARM_UP; run < RUNS; run += 1) {
      // Who goes first alternates as well.
      for (const side of run % 2 === 0 ? (['bound', 'free'] as const) : (['free', 'bound'] as const)) {
        await become(side);
        const server = await serverMs(client, read.statement);
        const whole = await clientMs(client, read.statement);
        const floor = await clientMs(client, { query: 'select 1', params: [] });
        if (run < 0) continue;
        taken[side].server.push(server);
        taken[side].client.push(whole - floor);
      }
    }
    const sideOf = async (side: keyof Comparison): Promise<Side> => {
      await become(side);
      const plan = await planOf(client, read.statement);
      return { serverMs: median(taken[side].server), clientMs: median(taken[side].client), plan };
    };
    return { bound: await sideOf('bound'), free: await sideOf('free') };
  } finally {
    await client.end();
  }
}

const samples = () => ({ server: [] as number[], client: [] as number[] });

/** As the proxy sends it: unnamed, extended protocol, parameters and rows as text. */
const configOf = ({ query, params }: Statement): pg.QueryArrayConfig => ({
  text: query,
  values: params,
  rowMode: 'array',
  types: { getTypeParser: () => (value: string) => value },
});

interface Explained {
  'Planning Time': number;
  'Execution Time': number;
  Plan: PlanNode;
}

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

async function explain(client: pg.Client, options: string, { query, params }: Statement): Promise<Explained> {
  const { rows } = await client.query<[string]>(
    configOf({ query: `explain (${options}, format json) ${query}`, params }),
  );
  const [explained] = JSON.parse(rows[0]?.[0] ?? '[]') as Explained[];
  if (explained === undefined) throw new TypeError('EXPLAIN answers one plan');
  return explained;
}

async function serverMs(client: pg.Client, statement: Statement): Promise<number> {
  const explained = await explain(client, 'analyze, timing off, buffers off, serialize text', statement);
  return explained['Planning Time'] + explained['Execution Time'];
}

async function clientMs(client: pg.Client, statement: Statement): Promise<number> {
  const startedAt = performance.now();
  await client.query(configOf(statement));
  return performance.now() - startedAt;
}

async function planOf(client: pg.Client, statement: Statement): Promise<string> {
  const told = (node: PlanNode): string => {
    const name = node['Index Name'] === undefined ? node['Node Type'] : `${node['Node Type']} ${node['Index Name']}`;
    const below = (node.Plans ?? []).map(told);
    if (below.length === 0) return name;
    return `${name} (${below.join(', ')})`;
  };
  return told((await explain(client, 'summary off', statement)).Plan);
}
