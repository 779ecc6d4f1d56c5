import { sql } from 'drizzle-orm';
import { generateNonce } from 'siwe';
import { DomainError } from '../../domain/error.ts';
import { isForbiddenAddress } from '../../domain/wallet/address.ts';
import { authNonces } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { readSnapshot } from '../site/snapshot.ts';
import { sha256Hex } from './hash.ts';
import { CHALLENGE_MINUTES, challengeText, type Purpose } from './message.ts';
import type { Nonce, NonceBody } from './shape.ts';

/**
 * Issues a challenge for a wallet, bound to this site, to the browser that holds `browserToken` and to what the signature
 * is for. Binding one more wallet is for somebody who signed in a moment ago, on a site.
 *
 * @throws DomainError `wallet.forbidden_address`, `auth.required`, `auth.fresh_required`, `request.not_found`
 */
export async function challenge(env: Env, who: Visitor, asked: NonceBody, browserToken: string): Promise<Nonce> {
  const { site } = await readSnapshot(env, who);
  if (isForbiddenAddress(asked.address, site)) throw new DomainError('wallet.forbidden_address');
  const binds = asked.purpose === 'bind';
  if (binds && site.kind === 'platform') throw new DomainError('request.not_found');
  const issuedAt = new Date();
  // 17 letters and digits: more than 96 bits.
  const nonce = generateNonce();
  const browserHash = await sha256Hex(browserToken);
  const [{ userId }] = await transact(buyerDatabase(env), entryOf(who, binds ? 'fresh' : 'nobody'), (db) => [
    db.insert(authNonces).values({
      siteId: site.id,
      nonce,
      browserHash,
      address: asked.address.toLowerCase(),
      purpose: asked.purpose,
      ...(binds ? { userId: sql`app.user_id()` } : {}),
      issuedAt,
      // The row lives by the database's clock; the text by the real one.
      expiresAt: sql`app.now() + make_interval(mins => ${CHALLENGE_MINUTES})`,
    }),
  ]);
  const { host, origin } = who;
  const text = { address: asked.address, host, origin, siteName: site.name, chainId: site.chainId, nonce, issuedAt };
  const message = challengeText({ ...text, ...purposeOf(binds, userId) });
  const expiresAt = new Date(issuedAt.getTime() + CHALLENGE_MINUTES * 60_000);
  return { nonce, message, issued_at: issuedAt.toISOString(), expires_at: expiresAt.toISOString() };
}

function purposeOf(binds: boolean, userId: string | null): Purpose {
  if (!binds) return { purpose: 'sign_in' };
  if (userId === null) throw new TypeError('app.enter admitted nobody as a buyer');
  return { purpose: 'bind', userId };
}
