import { DomainError } from '../../domain/error.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import type { CallbackQuery } from './shape.ts';
import { readState } from './state.ts';

/**
 * Where Auth0's answer goes on to. All sites share this one callback; the signed state says which of them began, and it
 * must still be a site. Nothing is decided here: the site's own host holds the cookie that belongs to the state.
 *
 * @throws DomainError `auth.state_invalid`, `host.unknown`
 */
export async function passOn(env: Env, who: Visitor, query: CallbackQuery): Promise<string> {
  const { logout, state, code, error, iss } = query;
  if (iss !== undefined && iss !== env.AUTH0_ISSUER) throw new DomainError('auth.state_invalid');
  const purpose = logout === undefined ? 'login' : 'logout';
  const host = await readState(env, purpose, logout ?? state ?? '');
  const target = new URL(who.origin);
  target.host = host;
  await transact(buyerDatabase(env), { host: target.hostname, requires: 'nobody' }, () => []);
  if (purpose === 'logout') return target.href;
  target.pathname = '/api/v1/auth/complete';
  target.search = new URLSearchParams({
    state: state ?? '',
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error }),
  }).toString();
  return target.href;
}
