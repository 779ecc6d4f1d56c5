import type { SeedPerson, SeedSite } from '../../drizzle/seed.ts';
import { LOCAL_CHAIN } from '../chain/accounts.ts';
import { demoId } from './id.ts';

/** Space 0 of the demo's ids holds the sites themselves; each site's rows have a space of their own. */
export const DEMO_SITES = { platform: demoId(0, 1), na: demoId(0, 2), asia: demoId(0, 3) } as const;

const chain = { chainId: LOCAL_CHAIN.chainId, chainName: 'Local chain', explorerUrl: null };

const NAT = 10n ** 18n;
const ASIA = 10n ** 6n;

const terms = {
  en: 'You buy tokens of this project before its launch. Units are held for fifteen minutes while you pay. Sales are final. Tokens unlock on the dates shown with your order and are sent to the wallet you chose. Tokens may lose all their value; buy only what you can afford to lose.',
  'zh-CN':
    '您在项目上线前购买代币。付款期间，份额为您保留十五分钟。售出后不可退换。代币按订单所示日期解锁，并发送到您选择的钱包。代币可能失去全部价值，请只投入您能承受损失的金额。',
};

/** A site in dollars: English, an 18-decimal token, payments on a connected account, no wait before payout. */
const na: SeedSite = {
  site: {
    id: DEMO_SITES.na,
    code: 'na',
    name: 'Northwind Energy',
    kind: 'site',
    status: 'active',
    currency: 'USD',
    locales: ['en'],
    brand: {
      accent: '#1f6f5c',
      surface: '#ffffff',
      ink: '#16211d',
      radius: '10px',
      logo: null,
      tagline: {
        en: 'Own a share of the wind. NAT pays for power from our turbines in the Great Plains.',
        'zh-CN': '拥有风的一部分。NAT 可用于购买大平原风机的电力。',
      },
    },
    termsVersion: '2026-10',
    terms,
    ...chain,
    tokenSymbol: LOCAL_CHAIN.tokens.na.symbol,
    tokenAddress: LOCAL_CHAIN.tokens.na.address,
    tokenDecimals: LOCAL_CHAIN.tokens.na.decimals,
    vaultAccount: LOCAL_CHAIN.vaults.na.id,
    vaultAddress: LOCAL_CHAIN.vaults.na.address,
    custodyAsset: LOCAL_CHAIN.tokens.na.assetId,
  },
  settings: { riskWindowDays: 0 },
  domains: [{ id: demoId(2, 1), hostname: 'na.localhost', state: 'active' }],
  accounts: [{ id: demoId(2, 2), provider: 'stripe', account: 'acct_local_na', active: true }],
  tiers: [
    {
      id: demoId(2, 11),
      name: 'Seed',
      description: 'For those who were here first.',
      unitPriceMinor: 10_000n,
      tokensPerUnitBase: 1_250n * NAT,
      totalUnits: 2_000,
      maxUnitsPerBuyer: 100,
      displayOrder: 1,
      active: true,
    },
    {
      id: demoId(2, 12),
      name: 'Growth',
      description: 'The second step, at a higher price.',
      unitPriceMinor: 25_050n,
      tokensPerUnitBase: 2_500n * NAT,
      totalUnits: 5_000,
      maxUnitsPerBuyer: 200,
      displayOrder: 2,
      active: true,
    },
  ],
  promoCodes: [{ id: demoId(2, 51), code: 'WELCOME', percentBasisPoints: 1_000, maxUsesPerBuyer: 1 }],
  vesting: {
    id: demoId(2, 21),
    isDefault: true,
    tgeBasisPoints: 2_000,
    cliffCount: 1,
    periodCount: 12,
    periodUnit: 'month',
  },
  plan: plan(2),
  people: agents(2, 'NA'),
  operators: [
    { id: demoId(2, 41), homeSiteId: DEMO_SITES.platform, userId: demoId(1, 101), role: 'owner' },
    { id: demoId(2, 42), homeSiteId: DEMO_SITES.platform, userId: demoId(1, 102), role: 'manager' },
  ],
};

/** A site in yen: Chinese first, a 6-decimal token, payments on the platform's own account, seven days before payout. */
const asia: SeedSite = {
  site: {
    id: DEMO_SITES.asia,
    code: 'asia',
    name: '海岸计划 Harbor',
    kind: 'site',
    status: 'active',
    currency: 'JPY',
    locales: ['zh-CN', 'en'],
    brand: {
      accent: '#b3421f',
      surface: '#fffdfa',
      ink: '#231a15',
      radius: '4px',
      logo: null,
      tagline: {
        en: 'Berths, cranes and cold stores of one harbor, shared by those who use them.',
        'zh-CN': '一座港口的泊位、吊机与冷库，由使用者共同拥有。',
      },
    },
    termsVersion: '2026-11',
    terms,
    ...chain,
    tokenSymbol: LOCAL_CHAIN.tokens.asia.symbol,
    tokenAddress: LOCAL_CHAIN.tokens.asia.address,
    tokenDecimals: LOCAL_CHAIN.tokens.asia.decimals,
    vaultAccount: LOCAL_CHAIN.vaults.asia.id,
    vaultAddress: LOCAL_CHAIN.vaults.asia.address,
    custodyAsset: LOCAL_CHAIN.tokens.asia.assetId,
  },
  settings: { riskWindowDays: 7 },
  domains: [{ id: demoId(3, 1), hostname: 'asia.localhost', state: 'active' }],
  accounts: [],
  tiers: [
    {
      id: demoId(3, 11),
      name: '先锋 Pioneer',
      description: '首批份额，价格最低。',
      unitPriceMinor: 15_015n,
      tokensPerUnitBase: 333_333_333n,
      totalUnits: 1_000,
      maxUnitsPerBuyer: 50,
      displayOrder: 1,
      active: true,
    },
    {
      id: demoId(3, 12),
      name: '公开 Public',
      description: '公开发售阶段。',
      unitPriceMinor: 20_000n,
      tokensPerUnitBase: 320n * ASIA,
      totalUnits: 4_000,
      maxUnitsPerBuyer: 100,
      displayOrder: 2,
      active: true,
    },
  ],
  promoCodes: [{ id: demoId(3, 51), code: 'HARBOR', bonusPerUnitBase: 5n * ASIA, tierIds: [demoId(3, 11)] }],
  vesting: {
    id: demoId(3, 21),
    isDefault: true,
    tgeBasisPoints: 1_000,
    cliffCount: 0,
    periodCount: 9,
    periodUnit: 'week',
  },
  plan: plan(3),
  people: agents(3, 'ASIA'),
  operators: [
    { id: demoId(3, 41), homeSiteId: DEMO_SITES.platform, userId: demoId(1, 101), role: 'owner' },
    { id: demoId(3, 42), homeSiteId: DEMO_SITES.platform, userId: demoId(1, 102), role: 'support' },
  ],
};

/** The platform's own site: operators are its users. It sells nothing. */
const platform: SeedSite = {
  site: {
    id: DEMO_SITES.platform,
    code: 'platform',
    name: 'POSX',
    kind: 'platform',
    status: 'active',
    currency: 'USD',
    locales: ['en', 'zh-CN'],
    brand: {
      accent: '#2d4a8a',
      surface: '#ffffff',
      ink: '#171a21',
      radius: '8px',
      logo: null,
      tagline: { en: 'Where sites are run.', 'zh-CN': '管理各站点的地方。' },
    },
    termsVersion: '1',
    terms: { en: 'For operators.', 'zh-CN': '供运营人员使用。' },
    ...chain,
  },
  settings: {},
  domains: [{ id: demoId(1, 1), hostname: 'platform.localhost', state: 'active' }],
  accounts: [],
  tiers: [],
  vesting: undefined,
  plan: undefined,
  people: LOCAL_CHAIN.demo.operators.map((person, index) => ({
    id: demoId(1, 101 + index),
    walletId: demoId(1, 201 + index),
    address: person.address,
    referralCode: `PLATFORM-0000000${index + 1}`,
    email: person.email,
  })),
  operators: [{ id: demoId(1, 41), homeSiteId: DEMO_SITES.platform, userId: demoId(1, 103), role: 'administrator' }],
};

/** L1 12 %, L2 4 %, within 20 % of net, held for seven days. */
function plan(space: number): SeedSite['plan'] {
  return {
    id: demoId(space, 31),
    name: 'Standard',
    version: 1,
    mode: 'level',
    capBasisPoints: 2_000,
    isDefault: true,
    levels: [
      { level: 1, rateBasisPoints: 1_200, holdDays: 7, minimumSalesMinor: 0n },
      { level: 2, rateBasisPoints: 400, holdDays: 7, minimumSalesMinor: 0n },
    ],
  };
}

/** Agent One referred Agent Two: who buys by Agent Two's link pays commission two levels up. */
function agents(space: number, prefix: string): SeedPerson[] {
  const [one, two] = LOCAL_CHAIN.demo.agents;
  return [one, two].map((person, index) => ({
    id: demoId(space, 101 + index),
    walletId: demoId(space, 201 + index),
    address: person.address,
    referralCode: `${prefix}-DEM0000${index + 1}`,
    agent: true,
    ...(index === 0 ? {} : { referrerId: demoId(space, 100 + index) }),
  }));
}

/** The demo, in the order it is seeded: operators are users of the platform. */
export const demoSites: readonly SeedSite[] = [platform, na, asia];

/** What the machine client of the local stack may on `na`: less than its tokens carry. */
export const demoMachine = (clientId: string): NonNullable<SeedSite['machines']> => [
  { id: demoId(2, 51), clientId, name: 'Reporting', scopes: ['read:orders'], active: true },
];
