import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { DEMO_SITES } from '../../../dev/demo/site.ts';
import { makeReferralCode } from '../../../domain/referral/code.ts';
import { SESSION_COOKIE } from '../../../worker/auth/cookie.ts';
import { buy, newBuyer, type Buyer } from '../../harness/buyer.ts';
import { withSite } from '../../harness/database.ts';
import { quietDigest } from '../../harness/digest.ts';
import { mintSite, type MintedSite } from '../../harness/site.ts';
import { useStack } from '../../harness/stack.ts';
import { appointAdministrator } from '../../harness/operator.ts';
import { gatherActors, tokenOf, type Tokens } from '../../isolation/route_actor.ts';
import { readIssuer, type Issuer } from './token.ts';

/** Two sites with their people, all signed in. The buyer is of `site`; see `ACTORS` for everybody else. */
export interface World {
  site: MintedSite;
  other: MintedSite;
  /** Origin of the platform host. */
  platform: string;
  /** A site that sells to identified buyers in Germany alone, and one of them. */
  gated: MintedSite;
  gatedBuyer: Buyer;
  buyer: Buyer;
  /** Somebody else on the same site: whose things others reach for. */
  victim: Buyer;
  /** Of the victim, who has bought. */
  allocation: string;
  tokens: Tokens;
  /** Session token of an administrator who operates no site. */
  administrator: string;
  issuer: Issuer;
  /** What an honest token of a person says; the person is known on both sites, `site` alone has a client of its own. */
  person: Record<string, unknown>;
  /** What an honest token of a program says that may read the orders of `site`. */
  program: Record<string, unknown>;
  /** Client id of a program that may no more. */
  formerProgram: string;
}

export async function makeWorld(): Promise<World> {
  const client = `client-${randomBytes(6).toString('hex')}`;
  const site = await mintSite({ site: { authClientId: client } });
  const other = await mintSite({ token: 'asia' });
  const gated = await mintSite({ settings: { kycRequired: true, countries: { allow: ['DE'] } } });
  const buyer = await newBuyer(site);
  const subject = `auth0|${randomBytes(12).toString('hex')}`;
  const [program, formerProgram] = [`program-${client}`, `former-${client}`];
  for (const each of [site, other]) await addPerson(each, subject);
  await addProgram(site, program, true);
  await addProgram(site, formerProgram, false);
  const victim = await newBuyer(site);
  const { allocation } = await buy(victim, site);
  if (allocation === null) throw new TypeError('a paid order has an allocation');
  const world = {
    site,
    other,
    gated,
    gatedBuyer: await newBuyer(gated),
    platform: useStack().platform.url,
    buyer,
    victim,
    allocation: allocation.id,
    tokens: await gatherActors(site, other, buyer),
    administrator: tokenOf((await appointAdministrator()).visitor),
    issuer: await readIssuer(),
    person: { sub: subject, azp: client, scope: 'openid profile' },
    program: {
      sub: `${program}@clients`,
      azp: program,
      gty: 'client-credentials',
      scope: 'read:orders read:allocations',
    },
    formerProgram,
  };
  // What the purchase sets going must be over before anybody looks for traces.
  await quietDigest(sitesOf(world));
  return world;
}

const addPerson = ({ code, siteId }: MintedSite, subject: string) =>
  withSite('owner', siteId, async (client) => {
    const id = uuid();
    await client.query(
      `insert into users (site_id, id, status, kyc, auth0_sub, created_at) values ($1, $2, 'active', 'none', $3, app.now())`,
      [siteId, id, subject],
    );
    await client.query(
      `insert into referrals (site_id, user_id, code, agent_status, direct_sales_minor) values ($1, $2, $3, 'none', 0)`,
      [siteId, id, makeReferralCode(code, randomBytes(5))],
    );
  });

const addProgram = ({ siteId }: MintedSite, clientId: string, active: boolean) =>
  withSite('owner', siteId, (client) =>
    client.query(
      `insert into machine_clients (site_id, id, client_id, name, scopes, active, created_at)
       values ($1, $2, $3, 'attacked', '{read:orders}', $4, app.now())`,
      [siteId, uuid(), clientId, active],
    ),
  );

/** Where no attack may write: the platform's rows are everybody's who operates. */
export const sitesOf = ({ site, other, gated }: Pick<World, 'site' | 'other' | 'gated'>): string[] => [
  site.siteId,
  other.siteId,
  gated.siteId,
  DEMO_SITES.platform,
];

/** A session cookie as a browser would send it. */
export const sessionOf = (token: string): string => `${SESSION_COOKIE}=${token}`;
