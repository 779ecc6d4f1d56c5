import { expect, it } from 'vitest';
import { getAddress } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import type { Me } from '../../worker/me/shape.ts';
import { WALLETS_MAX } from '../../worker/wallet/bind.ts';
import type { BoundWallet } from '../../worker/wallet/shape.ts';
import { newBuyer, placeOrder, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { counterfactualWallet, type SmartWallet } from '../harness/smart_wallet.ts';

function keyWallet(privateKey = generatePrivateKey()): SmartWallet {
  const account = privateKeyToAccount(privateKey);
  return { address: account.address, sign: (message) => account.signMessage({ message }) };
}

/** Asks for the challenge and signs it; what is posted is the caller's to decide. */
async function proof(visitor: ApiVisitor, wallet: SmartWallet, purpose = 'bind') {
  const { status, body } = await visitor.post<Nonce>('/auth/nonce', { address: wallet.address, purpose });
  expect(status).toBe(200);
  return { message: body.message, signature: await wallet.sign(body.message) };
}

async function bind(visitor: ApiVisitor, wallet: SmartWallet) {
  return visitor.post<BoundWallet & ApiProblem>('/wallets', await proof(visitor, wallet));
}

async function list(visitor: ApiVisitor): Promise<BoundWallet[]> {
  return (await visitor.get<{ items: BoundWallet[] }>('/wallets')).body.items;
}

const unbind = (visitor: ApiVisitor, id: string) =>
  visitor.send<ApiProblem>('DELETE', `/wallets/${id}`, undefined, { origin: visitor.origin });

async function trail(userId: string): Promise<string[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ event: string }>('select event from login_audit where user_id = $1 order by id', [userId]),
  );
  return rows.map(({ event }) => event).filter((event) => event !== 'signed_in');
}

it('binds, chooses and unbinds wallets; what is left is told, and every step has its line', async () => {
  const site = await mintSite();
  const { visitor, me, walletId } = await newBuyer(site);
  const [second, smart] = [keyWallet(), await counterfactualWallet()];
  expect(await bind(visitor, second)).toMatchObject({ status: 201, body: { address: second.address, primary: false } });
  expect((await bind(visitor, smart)).status).toBe(201);
  const [first, added] = await list(visitor);
  expect(first).toMatchObject({ id: walletId, primary: true });
  const chosen = await visitor.post<{ items: BoundWallet[] }>(`/wallets/${added?.id ?? ''}/primary`);
  expect(chosen.body.items.map(({ primary }) => primary)).toEqual([false, true, false]);
  expect((await unbind(visitor, added?.id ?? '')).status).toBe(204);
  expect(await list(visitor)).toMatchObject([
    { id: walletId, primary: true },
    { address: getAddress(smart.address), primary: false },
  ]);
  expect((await visitor.get<Me>('/me')).body.wallets).toHaveLength(2);
  expect(await unbind(visitor, added?.id ?? '')).toMatchObject({ status: 404, body: { code: 'wallet.unknown' } });
  expect(await trail(me.id)).toEqual(['wallet_bound', 'wallet_bound', 'wallet_primary', 'wallet_unbound']);
  expect(await new ApiVisitor(site.url).signIn(generatePrivateKey())).not.toMatchObject({ id: me.id });
});

it('signs every bound wallet in to the one account, and an unbound one in to another', async () => {
  const site = await mintSite();
  const { visitor, me } = await newBuyer(site);
  const key = generatePrivateKey();
  const bound = await bind(visitor, keyWallet(key));
  expect((await new ApiVisitor(site.url).signIn(key)).id).toBe(me.id);
  await unbind(visitor, bound.body.id);
  const other = new ApiVisitor(site.url);
  const account = await other.signIn(key);
  expect(account.id).not.toBe(me.id);
  expect(account.wallets).toMatchObject([{ primary: true }]);
});

it('binds nothing without the wallet’s own signature under a challenge for this very account', async () => {
  const site = await mintSite();
  const [mine, theirs] = [await newBuyer(site), await newBuyer(site)];
  const wallet = keyWallet();
  const good = await proof(mine.visitor, wallet);
  const before = await digestRows([site.siteId]);
  const refused: [string, Promise<{ status: number; body: ApiProblem }>, string][] = [
    [
      'another signer',
      mine.visitor.post('/wallets', { ...good, signature: await keyWallet().sign(good.message) }),
      'auth.signature_invalid',
    ],
    [
      'another account',
      theirs.visitor.post('/wallets', good, { cookie: `${theirs.visitor.cookie}; ${nonceCookie(mine)}` }),
      'auth.nonce_invalid',
    ],
    [
      'another browser',
      mine.visitor.post('/wallets', good, { cookie: mine.visitor.cookie.replace(nonceCookie(mine), '') }),
      'auth.nonce_invalid',
    ],
    [
      'a changed text',
      mine.visitor.post('/wallets', { ...good, message: good.message.replace(mine.me.id, theirs.me.id) }),
      'auth.message_invalid',
    ],
    ['a sign-in', mine.visitor.post('/auth/wallet', good), 'auth.nonce_invalid'],
    ['nobody', new ApiVisitor(site.url).post('/wallets', good, { cookie: nonceCookie(mine) }), 'auth.required'],
  ];
  for (const [name, attempt, code] of refused) {
    expect({ name, code: (await attempt).body.code }).toEqual({ name, code });
  }
  expect(await digestRows([site.siteId])).toEqual(before);
  expect((await mine.visitor.post('/wallets', good)).status).toBe(201);
  const signIn = await proof(theirs.visitor, keyWallet(), 'sign_in');
  expect(await theirs.visitor.post('/wallets', signIn)).toMatchObject({ body: { code: 'auth.nonce_invalid' } });
});

const nonceCookie = ({ visitor }: Buyer) =>
  visitor.cookie.split('; ').find((pair) => pair.startsWith('__Host-posx_nonce=')) ?? 'missing';

it('binds once when the same signature comes four times at once', async () => {
  const site = await mintSite();
  const { visitor } = await newBuyer(site);
  const signed = await proof(visitor, keyWallet());
  const { cookie } = visitor;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => new ApiVisitor(site.url).post('/wallets', signed, { cookie })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
  expect(await list(visitor)).toHaveLength(2);
});

it('asks for a sign-in of the last quarter of an hour', async () => {
  const site = await mintSite();
  const { visitor, me, walletId } = await newBuyer(site);
  const signed = await proof(visitor, keyWallet());
  await withClient('superuser', (client) =>
    client.query("update sessions set created_at = created_at - interval '16 minutes' where user_id = $1", [me.id]),
  );
  for (const answer of [
    await visitor.post('/auth/nonce', { address: me.wallets[0]?.address, purpose: 'bind' }),
    await visitor.post('/wallets', signed),
    await visitor.post(`/wallets/${walletId}/primary`),
    await unbind(visitor, walletId),
  ]) {
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.fresh_required' } });
  }
  expect(await list(visitor)).toHaveLength(1);
});

it('keeps the last way in, also when two go at the same moment', async () => {
  const site = await mintSite();
  const { visitor, walletId } = await newBuyer(site);
  expect(await unbind(visitor, walletId)).toMatchObject({ status: 409, body: { code: 'auth.last_way' } });
  const second = await bind(visitor, keyWallet());
  const answers = await Promise.all([unbind(visitor, walletId), unbind(visitor, second.body.id)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  expect(await list(visitor)).toMatchObject([{ primary: true }]);
});

it('ends the other sessions that a wallet opened when one is unbound, and keeps this one', async () => {
  const site = await mintSite();
  const { visitor, privateKey } = await newBuyer(site);
  const thief = new ApiVisitor(site.url);
  await thief.signIn(privateKey);
  const second = await bind(visitor, keyWallet());
  await unbind(visitor, second.body.id);
  expect((await thief.get('/me')).status).toBe(401);
  expect((await visitor.get('/me')).status).toBe(200);
});

it('closes an account that has nothing when its wallet is bound to another, and leaves one that has alone', async () => {
  const site = await mintSite();
  const mine = await newBuyer(site);
  const [empty, owning] = [await newBuyer(site), await newBuyer(site)];
  expect((await placeOrder(owning, site)).status).toBe(201);
  const walletOf = (buyer: Buyer) => keyWallet(buyer.privateKey as `0x${string}`);

  expect(await bind(mine.visitor, walletOf(owning))).toMatchObject({ status: 409, body: { code: 'wallet.taken' } });
  expect((await owning.visitor.get('/me')).status).toBe(200);

  const joined = await bind(mine.visitor, walletOf(empty));
  expect(joined).toMatchObject({ status: 201, body: { id: empty.walletId, primary: false } });
  expect((await empty.visitor.get('/me')).status).toBe(401);
  expect((await new ApiVisitor(site.url).signIn(empty.privateKey)).id).toBe(mine.me.id);
  expect(await trail(empty.me.id)).toEqual(['identity_joined']);
  expect(await trail(mine.me.id)).toEqual(['wallet_bound', 'identity_joined']);
  expect(await bind(mine.visitor, walletOf(empty))).toMatchObject({ status: 200, body: { id: empty.walletId } });
});

it('lets one of two that bind the same wallet at once have it', async () => {
  const site = await mintSite();
  const people = await Promise.all([newBuyer(site), newBuyer(site)]);
  const wallet = keyWallet();
  const signed = await Promise.all(people.map(({ visitor }) => proof(visitor, wallet)));
  const answers = await Promise.all(people.map(({ visitor }, index) => visitor.post('/wallets', signed[index])));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const counts = await Promise.all(people.map(async ({ visitor }) => (await list(visitor)).length));
  expect(counts.sort()).toEqual([1, 2]);
});

it('binds no more than its limit, and nothing to or from a suspended account', async () => {
  const site = await mintSite();
  const { visitor, me, walletId } = await newBuyer(site);
  await withClient('superuser', (client) =>
    client.query(
      `insert into wallets (site_id, id, user_id, address, is_primary, verified_at)
       select $1, gen_random_uuid(), $2, '0x' || lpad(to_hex(n), 39, '0') || 'f', false, app.now() from generate_series(1, $3) n`,
      [site.siteId, me.id, WALLETS_MAX - 1],
    ),
  );
  expect(await bind(visitor, keyWallet())).toMatchObject({ status: 409, body: { code: 'wallet.too_many' } });
  await withClient('superuser', (client) =>
    client.query("update users set status = 'suspended' where id = $1", [me.id]),
  );
  for (const answer of [await bind(visitor, keyWallet()), await unbind(visitor, walletId)]) {
    expect(answer).toMatchObject({ status: 403, body: { code: 'user.suspended' } });
  }
});

it('takes orders for bound wallets alone', async () => {
  const site: MintedSite = await mintSite();
  const buyer = await newBuyer(site);
  const second = await bind(buyer.visitor, keyWallet());
  await unbind(buyer.visitor, buyer.walletId);
  expect(await placeOrder(buyer, site)).toMatchObject({ status: 422, body: { code: 'user.wallet_unknown' } });
  expect((await placeOrder({ ...buyer, walletId: second.body.id }, site)).status).toBe(201);
});

it('replaces the session when another wallet signs in in the same browser', async () => {
  const site = await mintSite();
  const { visitor, me } = await newBuyer(site);
  const before = visitor.cookie;
  const other = await visitor.signIn(generatePrivateKey());
  expect(other.id).not.toBe(me.id);
  expect((await visitor.get<Me>('/me')).body.id).toBe(other.id);
  expect((await new ApiVisitor(site.url).get('/me', { cookie: before })).status).toBe(401);
});
