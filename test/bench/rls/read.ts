import type pg from 'pg';
import type { RoleUrls } from '../../../drizzle/init.ts';
import type { Role } from '../../../drizzle/role.ts';
import { readSiteOrders } from '../../../worker/admin/order/read.ts';
import { LIMIT_KINDS, limitName } from '../../../worker/http/limit.ts';
import { LIMIT_LEVELS } from '../../../domain/site/limits.ts';
import type { Env, Limits } from '../../../worker/env.ts';
import { encodeCursor } from '../../../worker/http/page.ts';
import type { Visitor } from '../../../worker/http/visitor.ts';
import { readOrders } from '../../../worker/order/read.ts';
import { readSnapshot } from '../../../worker/site/snapshot.ts';
import { BIG_SITE, SESSIONS } from './load.ts';
import { recordStatement, type Recorded } from './statement.ts';

/** A read of the product in one situation, and what it sent. */
export interface Read extends Recorded {
  figure: 'buyer_orders_ratio' | 'operator_orders_ratio' | 'tiers_ratio';
  situation: string;
  /** The role that the product reads with. */
  role: Role;
}

const PLATFORM_HOST = 'platform.localhost';

const visitorOf = (hostname: string, session?: string): Visitor => ({
  hostname,
  host: hostname,
  origin: `http://${hostname}`,
  platform: hostname === PLATFORM_HOST,
  session,
  bearer: undefined,
  clientAddress: null,
  country: null,
  userAgent: null,
  requestId: 'bench',
  entered: undefined,
});

const buyer = visitorOf(BIG_SITE.hostname, SESSIONS.buyer);
const trader = visitorOf(BIG_SITE.hostname, SESSIONS.trader);
const support = visitorOf(PLATFORM_HOST, SESSIONS.support);

type Situation = Omit<Read, keyof Recorded> & {
  table: 'orders' | 'tiers';
  /** @returns how many rows the product was given */
  run: (env: Env) => Promise<number>;
};

/** Every situation that is measured. A deep page is one whose cursor lies about in the middle, or where 90 % lie before. */
async function situations(superuser: pg.Client): Promise<Situation[]> {
  const cursorOf = async (where: string, before: number) => {
    const { rows } = await superuser.query<{ id: string }>(
      `select o.id from orders o join sites s on s.id = o.site_id where s.code = '${BIG_SITE.code}' and ${where}
       order by o.id desc offset ${before} limit 1`,
    );
    if (rows[0] === undefined) throw new Error(`fewer than ${before} orders where ${where}`);
    return encodeCursor(rows[0].id);
  };
  const userOf = (hash: string) => `o.user_id = (select user_id from sessions where token_hash = '\\x${hash}')`;
  const ofBuyer = (situation: string, who: Visitor, query: Parameters<typeof readOrders>[2]): Situation => ({
    figure: 'buyer_orders_ratio',
    situation,
    role: 'posx_app',
    table: 'orders',
    run: async (env) => (await readOrders(env, who, query)).items.length,
  });
  const ofOperator = (situation: string, query: Parameters<typeof readSiteOrders>[3]): Situation => ({
    figure: 'operator_orders_ratio',
    situation,
    role: 'posx_readonly',
    table: 'orders',
    run: async (env) => (await readSiteOrders(env, support, BIG_SITE.code, query)).items.length,
  });
  const deep = await cursorOf('true', 180_000);
  return [
    ofBuyer('20 orders, first page', buyer, { limit: 10 }),
    ofBuyer('20 orders, deep page', buyer, { limit: 10, cursor: await cursorOf(userOf(SESSIONS.buyer), 9) }),
    ofBuyer('2,000 orders, first page', trader, { limit: 50 }),
    ofBuyer('2,000 orders, deep page', trader, { limit: 50, cursor: await cursorOf(userOf(SESSIONS.trader), 1_000) }),
    ofOperator('first page', { limit: 50 }),
    ofOperator('deep page', { limit: 50, cursor: deep }),
    ofOperator('rare status, first page', { limit: 50, status: 'review' }),
    ofOperator('rare status, deep page', { limit: 50, status: 'review', cursor: deep }),
    {
      figure: 'tiers_ratio',
      situation: 'all tiers',
      role: 'posx_app',
      table: 'tiers',
      run: async (env) => (await readSnapshot(env, visitorOf(BIG_SITE.hostname), true)).tiers.length,
    },
  ];
}

/** Has the product's own functions read each situation from the database, and keeps the statements that they sent. */
export async function recordReads(superuser: pg.Client, roles: RoleUrls, endpoint: string): Promise<Read[]> {
  const env = envOf(roles, endpoint);
  const reads: Read[] = [];
  for (const { table, run, ...situation } of await situations(superuser)) {
    const recorded = await recordStatement(table, async () => {
      if ((await run(env)) === 0) throw new Error(`${situation.situation}: nothing was read`);
    });
    reads.push({ ...situation, ...recorded });
  }
  return reads;
}

/** The API's environment as far as reading needs it. */
function envOf(roles: RoleUrls, endpoint: string): Env {
  const refuse = () => Promise.reject(new TypeError('a read sends nothing to a queue'));
  const queue = { send: refuse, sendBatch: refuse, metrics: refuse };
  const unlimited = { limit: () => Promise.resolve({ success: true }) };
  const limits = LIMIT_KINDS.flatMap((kind) => LIMIT_LEVELS.map((level) => [limitName(kind, level), unlimited]));
  return {
    ...(Object.fromEntries(limits) as Limits),
    PLATFORM_HOST,
    DATABASE_URL_APP: roles.posx_app,
    DATABASE_URL_OPERATOR: roles.posx_operator,
    DATABASE_URL_READONLY: roles.posx_readonly,
    DATABASE_URL_ADMIN: roles.posx_admin,
    NEON_ENDPOINT: endpoint,
    STRIPE_SECRET_KEY: '',
    STRIPE_PUBLISHABLE_KEY: '',
    STRIPE_WEBHOOK_SECRETS: '',
    STRIPE_LIVEMODE: 'false',
    FIREBLOCKS_JWKS_URL: '',
    AUTH0_ISSUER: '',
    AUTH0_CLIENT_ID: '',
    AUTH0_CLIENT_SECRET: '',
    AUTH0_AUDIENCE: '',
    AUTH0_MANAGEMENT_CLIENT_ID: '',
    AUTH0_MANAGEMENT_CLIENT_SECRET: '',
    SIGN_IN_KEY: '',
    DATA_KEY_1: '',
    CHAIN_RPC_URLS: '{}',
    PAYMENTS: queue,
    CUSTODY: queue,
  };
}
