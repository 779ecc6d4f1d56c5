import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { DEMO_SITES } from '../../dev/demo/site.ts';
import { makeReferralCode } from '../../domain/referral/code.ts';
import { withSite } from './database.ts';
import type { MintedSite } from './site.ts';
import { useStack } from './stack.ts';

/** The demo's owner, who owns every minted site too, signed in on the platform host. */
export async function newOperator(): Promise<ApiVisitor> {
  const { platform, demo } = useStack();
  const [owner] = demo.operators;
  if (owner === undefined) throw new TypeError('the demo has operators');
  const visitor = new ApiVisitor(platform.url);
  await visitor.signIn(owner.privateKey);
  return visitor;
}

/** A new user of the platform with a wallet of their own, who operates nothing yet, signed in on the platform host. */
export async function newPlatformUser(): Promise<{ id: string; visitor: ApiVisitor }> {
  const privateKey = generatePrivateKey();
  const address = privateKeyToAccount(privateKey).address.toLowerCase();
  const [id, here] = [uuid(), DEMO_SITES.platform];
  await withSite('owner', here, async (client) => {
    await client.query(
      "insert into users (site_id, id, status, kyc, created_at) values ($1, $2, 'active', 'none', app.now())",
      [here, id],
    );
    await client.query(
      `insert into wallets (site_id, id, user_id, address, is_primary, verified_at)
       values ($1, $2, $3, $4, true, app.now())`,
      [here, uuid(), id, address],
    );
    await client.query(
      `insert into referrals (site_id, user_id, code, agent_status, direct_sales_minor) values ($1, $2, $3, 'none', 0)`,
      [here, id, makeReferralCode('platform', randomBytes(5))],
    );
  });
  const visitor = new ApiVisitor(useStack().platform.url);
  await visitor.signIn(privateKey);
  return { id, visitor };
}

/** A new user of the platform who operates this one site, signed in on the platform host. */
export async function appointOperator(
  site: MintedSite,
  role: 'support' | 'manager' | 'owner',
): Promise<{ id: string; visitor: ApiVisitor }> {
  const person = await newPlatformUser();
  await withSite('owner', site.siteId, (client) =>
    client.query('insert into operators (site_id, id, home_site_id, user_id, role) values ($1, $2, $3, $4, $5)', [
      site.siteId,
      uuid(),
      DEMO_SITES.platform,
      person.id,
      role,
    ]),
  );
  return person;
}

/** A new administrator of the platform, signed in on the platform host. */
export async function appointAdministrator(): Promise<{ id: string; visitor: ApiVisitor }> {
  const person = await newPlatformUser();
  await withSite('owner', DEMO_SITES.platform, (client) =>
    client.query(
      "insert into operators (site_id, id, home_site_id, user_id, role) values ($1, $2, $1, $3, 'administrator')",
      [DEMO_SITES.platform, uuid(), person.id],
    ),
  );
  return person;
}
