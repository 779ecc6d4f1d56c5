import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError } from '../../domain/error.ts';
import { decideJoin, type Joining } from '../../domain/user/join.ts';
import { isForbiddenAddress } from '../../domain/wallet/address.ts';
import { decideAgain, expectRows, transact, type Statements } from '../../drizzle/transaction.ts';
import { sha256Hex } from '../auth/hash.ts';
import { parseMessage, verifyChallenge } from '../auth/message.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { endSessions } from '../session/end.ts';
import { IS_EMPTY, factsOf, loadBinding, type Proof } from './binding.ts';
import { OWN, auditEach, lockPerson, mayChange, ownWallets, presentWallet, type WalletRow } from './own.ts';
import type { BoundWallet } from './shape.ts';

/** How many wallets an account may have bound at once. */
export const WALLETS_MAX = 20;

/** A signed message, and the browser that it was asked for in. */
export interface SignedProof {
  message: string;
  signature: string;
  browserToken: string;
}

/**
 * Binds one more wallet to the visitor's account: a signature under a challenge that names this account is the proof. A
 * wallet of another account moves only when that account has nothing to lose; it is closed with it.
 *
 * @returns `created` false when the wallet was the visitor's already
 * @throws DomainError `auth.required`, `auth.fresh_required`, `auth.nonce_invalid`, `auth.message_invalid`,
 *   `auth.signature_invalid`, `wallet.chain_unavailable`, `wallet.forbidden_address`, `wallet.taken`, `wallet.too_many`
 */
export async function bindWallet(
  env: Env,
  who: Visitor,
  signed: SignedProof,
): Promise<{ wallet: BoundWallet; created: boolean }> {
  const { nonce, address } = parseMessage(signed.message);
  const proof = { nonce, address: address.toLowerCase(), browserHash: await sha256Hex(signed.browserToken) };
  return decideAgain(3, async () => {
    const known = await loadBinding(env, who, proof);
    const { site, issuedAt, account, holder } = known;
    await verifyChallenge(env, signed.message, signed.signature, {
      ...{ purpose: 'bind', userId: account.id, host: who.host, origin: who.origin },
      ...{ address: proof.address, nonce, siteName: site.name, chainId: site.chainId, issuedAt },
    });
    if (isForbiddenAddress(proof.address, site)) throw new DomainError('wallet.forbidden_address');
    const joining = decideJoin(account, holder, 'wallet.taken');
    const wallet = await commit(env, who, account.id, joining, proof);
    return { wallet: presentWallet(wallet), created: joining.outcome !== 'keep' };
  });
}

async function commit(env: Env, who: Visitor, userId: string, joining: Joining, proof: Proof): Promise<WalletRow> {
  const results = await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    useNonce(db, proof),
    mayChange(db),
    ...(joining.outcome === 'add' ? add(db, who, proof) : []),
    ...(joining.outcome === 'move' ? move(db, who, userId, joining.from, proof) : []),
    ownWallets(db),
  ]);
  const wallets = results.at(-1) as WalletRow[];
  const wallet = wallets.find(({ address }) => address === proof.address);
  if (wallet === undefined) throw new TypeError('a wallet that was bound is among the bound ones');
  return wallet;
}

/** One use, in time: of two that bring the same signature one finds no row left. */
const useNonce = (db: Statements, { nonce }: Proof) =>
  db.execute(
    expectRows(
      sql`update auth_nonces set used_at = app.now() where site_id = app.site_id() and nonce = ${nonce}
        and purpose = 'bind' and user_id = app.user_id() and used_at is null and expires_at > app.now() returning 1`,
      'auth.nonce_invalid',
    ),
  );

const hasRoom = (db: Statements) =>
  db.execute(
    expectRows(sql`select 1 where (select count(*) from wallets where ${OWN}) < ${WALLETS_MAX}`, 'wallet.too_many'),
  );

const add = (db: Statements, who: Visitor, { address }: Proof) => [
  lockPerson(db),
  hasRoom(db),
  db.execute(sql`
    with bound as (
      insert into wallets (site_id, id, user_id, address, is_primary, verified_at)
      select app.site_id(), ${uuidv7()}, app.user_id(), ${address},
        not exists (select from wallets where ${OWN} and is_primary), app.now() returning 1)
    ${auditEach(who, 'wallet_bound', sql`bound`)}`),
];

/** Closes the account of the wallet's holder, whose person the transaction is meanwhile, and takes the wallet over. */
const move = (db: Statements, who: Visitor, userId: string, holder: string, { address }: Proof) => [
  // In one order, whoever joins whom.
  ...[userId, holder].sort().map((person) => lockPerson(db, sql`${person}`)),
  hasRoom(db),
  db.execute(
    sql`select app.expect(case when app.identify(${address}) = ${holder}::uuid then 1 else 0 end, 'guard.changed')`,
  ),
  db.execute(expectRows(sql`select 1 from (${factsOf(address)}) f where ${IS_EMPTY}`, 'guard.changed')),
  db.execute(
    expectRows(
      sql`update users set closed_at = app.now(), email = null where site_id = app.site_id() and id = app.user_id()
        and closed_at is null and auth0_sub is null returning 1`,
      'guard.changed',
    ),
  ),
  endSessions(db, who, sql`true`, { reason: 'joined' }),
  db.execute(sql`${auditEach(who, 'identity_joined', sql`(select 1) joined`)}`),
  db.execute(sql`select app.become(${userId})`),
  db.execute(
    expectRows(
      sql`update wallets set user_id = app.user_id(), verified_at = app.now(),
          is_primary = not exists (select from wallets where ${OWN} and is_primary)
        where site_id = app.site_id() and address = ${address} and user_id = ${holder} and unbound_at is null returning 1`,
      'guard.changed',
    ),
  ),
  db.execute(sql`${auditEach(who, 'wallet_bound', sql`(select 1) bound`)}`),
  db.execute(sql`${auditEach(who, 'identity_joined', sql`(select 1) joined`)}`),
];
