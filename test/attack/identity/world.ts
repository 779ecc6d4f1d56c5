import { DEMO_SITES } from '../../../dev/demo/site.ts';
import { SESSION_COOKIE } from '../../../worker/auth/cookie.ts';
import { newBuyer, type Buyer } from '../../harness/buyer.ts';
import { mintSite, type MintedSite } from '../../harness/site.ts';
import { useStack } from '../../harness/stack.ts';
import { gatherActors, type Tokens } from '../../isolation/route_actor.ts';

/** Two sites with their people, all signed in. The buyer is of `site`; see `ACTORS` for everybody else. */
export interface World {
  site: MintedSite;
  other: MintedSite;
  /** Origin of the platform host. */
  platform: string;
  buyer: Buyer;
  /** Somebody else on the same site: whose things others reach for. */
  victim: Buyer;
  tokens: Tokens;
}

export async function makeWorld(): Promise<World> {
  const site = await mintSite();
  const other = await mintSite({ token: 'asia' });
  const buyer = await newBuyer(site);
  return {
    site,
    other,
    platform: useStack().platform.url,
    buyer,
    victim: await newBuyer(site),
    tokens: await gatherActors(site, other, buyer),
  };
}

/** Where no attack may write: the platform's rows are everybody's who operates. */
export const sitesOf = ({ site, other }: World): string[] => [site.siteId, other.siteId, DEMO_SITES.platform];

/** A session cookie as a browser would send it. */
export const sessionOf = (token: string): string => `${SESSION_COOKIE}=${token}`;
