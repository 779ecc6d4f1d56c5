import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { makeReferralCode } from '../../domain/referral/code.ts';
import { seed, type SeedPerson, type SeedSite } from '../../drizzle/seed.ts';
import { demoSites } from '../../dev/demo/site.ts';
import { useStack } from './stack.ts';

/** A tier as the seed writes it: prices in minor units of the site's currency, tokens in base units. */
export type TierSeed = SeedSite['tiers'][number];

/** Somebody whose referral code brings a commission. */
export interface MintedAgent {
  /** The user's id on the minted site. */
  id: string;
  privateKey: string;
  address: string;
  referralCode: string;
}

/** A site that only one test knows, so that no test can see or disturb another's rows. */
export interface MintedSite {
  code: string;
  url: string;
  siteId: string;
  /** Address of the token. */
  token: string;
  /** In the order they are shown; all of version 1. */
  tiers: [TierSeed, ...TierSeed[]];
  /** The first is the top of the chain, the second was referred by the first. */
  agents: [MintedAgent, MintedAgent];
  currency: string;
  termsVersion: string;
}

export interface MintOptions {
  /** One tier for each entry; what an entry leaves out is that of the demo's tier in the same place. */
  tiers?: Partial<TierSeed>[];
  /** Laid over the demo site's own row: its brand, terms, token. */
  site?: Partial<Omit<SeedSite['site'], 'id' | 'code'>>;
  /** Laid over the demo site's settings. */
  settings?: Record<string, unknown>;
  /** A connected account; null, the default, for the platform's own. One account is one site's for ever. */
  account?: string | null;
  /** Whose token, vault, prices and plan the site takes; those of `na` by default. */
  token?: 'na' | 'asia';
  currency?: string;
  /** Appoints the demo's owner alone, not the manager too. */
  onlyOwner?: boolean;
}

/** Seeds a site of a random code beside the demo's, with tiers, plan, two agents and the demo's operators of its own. */
export async function mintSite(options: MintOptions = {}): Promise<MintedSite> {
  const stack = useStack();
  const demo = demoSite(options.token ?? 'na');
  const code = `t${randomBytes(6).toString('hex')}`;
  const siteId = uuid();
  const agents = chainOfAgents(code);
  const tiers = tiersOf(demo, options.tiers);
  const site = {
    ...demo.site,
    id: siteId,
    code,
    name: `Test ${code}`,
    currency: options.currency ?? demo.site.currency,
    ...options.site,
  };
  const account = options.account ?? null;
  await seed(stack.database.owner, [
    {
      ...demo,
      site,
      settings: { ...demo.settings, ...options.settings },
      domains: [{ id: uuid(), hostname: `${code}.localhost`, state: 'active' }],
      accounts: account === null ? [] : [{ id: uuid(), provider: 'stripe', account, active: true }],
      tiers,
      vesting: demo.vesting && { ...demo.vesting, id: uuid() },
      plan: demo.plan && { ...demo.plan, id: uuid() },
      people: agents.map(({ person }) => person),
      operators: demo.operators
        .filter(({ role }) => role === 'owner' || options.onlyOwner !== true)
        .map((operator) => ({ ...operator, id: uuid() })),
    },
  ]);
  const { port } = new URL(stack.platform.url);
  const [top, below] = agents;
  return {
    code,
    url: `http://${code}.localhost:${port}`,
    siteId,
    token: site.tokenAddress ?? '',
    tiers,
    agents: [top.agent, below.agent],
    currency: site.currency,
    termsVersion: site.termsVersion,
  };
}

function demoSite(code: string): SeedSite {
  const found = demoSites.find(({ site }) => site.code === code);
  if (found === undefined) throw new TypeError(`the demo has no site ${code}`);
  return found;
}

function tiersOf({ tiers }: SeedSite, overrides: readonly Partial<TierSeed>[] | undefined): MintedSite['tiers'] {
  const made = (overrides ?? tiers.map(() => ({}))).map((override: Partial<TierSeed>, index): TierSeed => {
    const demo = tiers[Math.min(index, tiers.length - 1)];
    if (demo === undefined) throw new TypeError('the demo sites have tiers');
    return { ...demo, displayOrder: index + 1, id: uuid(), ...override };
  });
  const [first, ...others] = made;
  if (first === undefined) throw new TypeError('a minted site needs a tier');
  return [first, ...others];
}

type PersonAndKey = { person: SeedPerson; agent: MintedAgent };

function chainOfAgents(code: string): [PersonAndKey, PersonAndKey] {
  const top = newAgent(code);
  return [top, newAgent(code, top.person.id)];
}

function newAgent(code: string, referrerId?: string): PersonAndKey {
  const privateKey = generatePrivateKey();
  const { address } = privateKeyToAccount(privateKey);
  const id = uuid();
  const referralCode = makeReferralCode(code, randomBytes(5));
  const person = { id, walletId: uuid(), address, referralCode, agent: true };
  return {
    person: referrerId === undefined ? person : { ...person, referrerId },
    agent: { id, privateKey, address, referralCode },
  };
}
