import { withClient } from '../../harness/database.ts';
import { copySession, hashOf } from '../../isolation/route_actor.ts';
import { sessionOf } from './world.ts';

/** A session like this one, of somebody who proved who they are twenty minutes ago. @returns its cookie */
export async function stale(token: string): Promise<string> {
  const copy = await copySession(token);
  await withClient('superuser', (client) =>
    client.query(`update sessions set created_at = created_at - interval '20 minutes' where token_hash = $1`, [
      hashOf(copy),
    ]),
  );
  return sessionOf(copy);
}
