import { asc, eq } from 'drizzle-orm';
import { sites, users } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { adminDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { People } from './shape.ts';

const PEOPLE_MAX = 100;

/** Everybody with this e-mail address, on whatever site. @throws DomainError `auth.required`, `request.not_found` */
export async function findPeople(env: Env, who: Visitor, email: string): Promise<People> {
  const [, rows] = await transact(adminDatabase(env), entryOf(who, 'administrator'), (db) => [
    db
      .select({ id: users.id, site: sites.code, subject: users.auth0Sub, email: users.email, status: users.status })
      .from(users)
      .innerJoin(sites, eq(sites.id, users.siteId))
      .where(eq(users.email, email.toLowerCase()))
      .orderBy(asc(sites.code), asc(users.id))
      .limit(PEOPLE_MAX),
  ]);
  return { items: rows };
}
