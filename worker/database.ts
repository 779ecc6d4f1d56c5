import { connect, type Database } from '../drizzle/transaction.ts';
import type { Env } from './env.ts';

type RoleUrl = 'DATABASE_URL_APP' | 'DATABASE_URL_OPERATOR' | 'DATABASE_URL_READONLY' | 'DATABASE_URL_ADMIN';

const open = new Map<string, Database>();

function database(env: Env, role: RoleUrl): Database {
  const url = env[role];
  const known = open.get(url);
  if (known !== undefined) return known;
  const made = connect(url, env.NEON_ENDPOINT);
  open.set(url, made);
  return made;
}

/** posx_app: buyers and agents on site hosts, and signing in anywhere. */
export const buyerDatabase = (env: Env): Database => database(env, 'DATABASE_URL_APP');

/** posx_operator: what owners and managers change. */
export const operatorDatabase = (env: Env): Database => database(env, 'DATABASE_URL_OPERATOR');

/** posx_readonly: what operators of any rank read. */
export const readerDatabase = (env: Env): Database => database(env, 'DATABASE_URL_READONLY');

/** posx_admin: what platform administrators do across sites. */
export const adminDatabase = (env: Env): Database => database(env, 'DATABASE_URL_ADMIN');
