import { expect, it } from 'vitest';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import type { Me } from '../../worker/me/shape.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

async function challenge(visitor: ApiVisitor) {
  const account = privateKeyToAccount(generatePrivateKey());
  const { body } = await visitor.post<Nonce>('/auth/nonce', { address: account.address });
  return { account, message: body.message, signature: await account.signMessage({ message: body.message }) };
}

it('signs a wallet in, makes the user once, and forgets the session at logout', async () => {
  const site = await mintSite();
  const key = generatePrivateKey();
  const first = new ApiVisitor(site.url);
  const me = await first.signIn(key);
  expect(me.wallets).toMatchObject([{ address: privateKeyToAccount(key).address, primary: true }]);
  expect(me.referral?.code).toMatch(new RegExp(`^${site.code.toUpperCase()}-[0-9A-Z]{8}$`));
  expect((await new ApiVisitor(site.url).signIn(key)).id).toBe(me.id);
  const stolen = first.cookie;
  expect((await first.post('/auth/logout')).status).toBe(204);
  const again = await new ApiVisitor(site.url).get<ApiProblem>('/me', { cookie: stolen });
  expect(again).toMatchObject({ status: 401, body: { code: 'auth.required' } });
});

it('makes two users of one wallet on two sites; neither session counts on the other', async () => {
  const [one, two] = await Promise.all([mintSite(), mintSite()]);
  const key = generatePrivateKey();
  const visitor = new ApiVisitor(one.url);
  const here = await visitor.signIn(key);
  const there = await new ApiVisitor(two.url).signIn(key);
  expect(there.id).not.toBe(here.id);
  expect((await new ApiVisitor(two.url).get('/me', { cookie: visitor.cookie })).status).toBe(401);
});

it('accepts a challenge once, even when it comes twice at the same moment', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  const { message, signature } = await challenge(visitor);
  const { cookie } = visitor;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      new ApiVisitor(site.url).post<Me | ApiProblem>('/auth/wallet', { message, signature }, { cookie }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
});

it('refuses a challenge from another browser, another site, another signer, or changed', async () => {
  const [site, other] = await Promise.all([mintSite(), mintSite()]);
  const visitor = new ApiVisitor(site.url);
  const { message, signature } = await challenge(visitor);
  const { cookie } = visitor;
  const stranger = privateKeyToAccount(generatePrivateKey());
  const attempts: [string, string, () => Promise<{ status: number; body: ApiProblem }>][] = [
    [
      'another browser',
      'auth.nonce_invalid',
      () => new ApiVisitor(site.url).post('/auth/wallet', { message, signature }),
    ],
    [
      'another site',
      'auth.nonce_invalid',
      () => new ApiVisitor(other.url).post('/auth/wallet', { message, signature }, { cookie }),
    ],
    [
      'another signer',
      'auth.signature_invalid',
      async () => visitor.post('/auth/wallet', { message, signature: await stranger.signMessage({ message }) }),
    ],
    [
      'a changed text',
      'auth.message_invalid',
      () => visitor.post('/auth/wallet', { message: message.replace('Chain ID: 31337', 'Chain ID: 1'), signature }),
    ],
    ['no message at all', 'auth.message_invalid', () => visitor.post('/auth/wallet', { message: 'hello', signature })],
    [
      'a page of another site',
      'auth.origin',
      () => visitor.post('/auth/wallet', { message, signature }, { origin: other.url }),
    ],
  ];
  for (const [name, code, attempt] of attempts) {
    const { status, body } = await attempt();
    expect({ name, code: body.code, refused: status >= 400 && status < 500 }).toEqual({ name, code, refused: true });
  }
  expect((await visitor.post('/auth/wallet', { message, signature })).status).toBe(200);
});

it('admits only appointed wallets on the platform host', async () => {
  const stack = useStack();
  const visitor = new ApiVisitor(stack.platform.url);
  const { message, signature } = await challenge(visitor);
  expect(await visitor.post('/auth/wallet', { message, signature })).toMatchObject({
    status: 403,
    body: { code: 'auth.not_operator' },
  });
  await new ApiVisitor(stack.platform.url).signIn(stack.demo.operators[0]?.privateKey ?? '');
});

it('refuses a write that a page of another site sends with our cookie', async () => {
  const site = await mintSite();
  const visitor = new ApiVisitor(site.url);
  await visitor.signIn(generatePrivateKey());
  for (const origin of ['http://evil.localhost', site.url.replace('http:', 'https:'), 'null', '']) {
    expect(await visitor.post('/auth/logout', undefined, { origin })).toMatchObject({
      status: 403,
      body: { code: 'auth.origin' },
    });
  }
  expect((await visitor.get('/me')).status).toBe(200);
});
