import type pg from 'pg';

/** A buyer who is signed in already. */
export interface CrowdBuyer {
  /** Of the session's cookie. */
  readonly token: string;
  readonly walletId: string;
  /** Everybody has a client address of their own, as in the world. */
  readonly address: string;
}

/**
 * Makes buyers of a site with a wallet and a session each, past the API: where hundreds are needed, signing in is not what
 * is looked at.
 *
 * @param client a superuser's
 * @param from the first one's number; no number may be used twice on a server
 */
export async function makeCrowd(
  client: pg.ClientBase,
  siteId: string,
  from: number,
  count: number,
): Promise<CrowdBuyer[]> {
  await client.query('begin; set local session_replication_role = replica');
  await client.query(
    `create temporary table made on commit drop as
       select n, uuidv7() as user_id, uuidv7() as wallet_id
       from generate_series(${from}, ${from + count - 1}) n`,
  );
  await client.query(
    `insert into users (site_id, id, status, kyc, created_at) select $1, user_id, 'active', 'none', app.now() from made`,
    [siteId],
  );
  await client.query(
    `insert into wallets (site_id, id, user_id, address, is_primary, verified_at)
     select $1, wallet_id, user_id, '0xb' || lpad(to_hex(n), 39, '0'), true, app.now() from made`,
    [siteId],
  );
  await client.query(
    `insert into referrals (site_id, user_id, code, agent_status, direct_sales_minor)
     select $1, user_id, 'CROWD-' || n, 'none', 0 from made`,
    [siteId],
  );
  await client.query(
    `insert into sessions (site_id, id, user_id, token_hash, method, created_at, expires_at)
     select $1, uuidv7(), user_id, sha256(convert_to('crowd-' || n, 'UTF8')), 'wallet', app.now(),
       app.now() + interval '1 day' from made`,
    [siteId],
  );
  const { rows } = await client.query<{ n: number; wallet_id: string }>('select n, wallet_id from made order by n');
  await client.query('commit');
  await client.query('analyze users, wallets, referrals, sessions');
  return rows.map(({ n, wallet_id }) => ({
    token: `crowd-${n}`,
    walletId: wallet_id,
    address: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
  }));
}
