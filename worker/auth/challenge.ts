import { sql } from 'drizzle-orm';
import { generateNonce } from 'siwe';
import { authNonces } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { readSnapshot } from '../site/snapshot.ts';
import { sha256Hex } from './hash.ts';
import { CHALLENGE_MINUTES, challengeText } from './message.ts';
import type { Nonce } from './shape.ts';

/** Issues a challenge for a wallet, bound to this site and to the browser that holds `browserToken`. */
export async function challenge(env: Env, who: Visitor, address: string, browserToken: string): Promise<Nonce> {
  const { site } = await readSnapshot(env, who);
  const issuedAt = new Date();
  const nonce = generateNonce();
  const browserHash = await sha256Hex(browserToken);
  await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => [
    db.insert(authNonces).values({
      siteId: site.id,
      nonce,
      browserHash,
      address: address.toLowerCase(),
      issuedAt,
      // The row lives by the database's clock; the text by the real one.
      expiresAt: sql`app.now() + make_interval(mins => ${CHALLENGE_MINUTES})`,
    }),
  ]);
  const { host, origin } = who;
  const message = challengeText({ address, host, origin, siteName: site.name, chainId: site.chainId, nonce, issuedAt });
  const expiresAt = new Date(issuedAt.getTime() + CHALLENGE_MINUTES * 60_000);
  return { nonce, message, issued_at: issuedAt.toISOString(), expires_at: expiresAt.toISOString() };
}
