import { demoSites } from './demo/site.ts';

/** What the rules give for an order of the demo, figured out from the seed alone, without the product's own code. */
export interface ExpectedOrder {
  amountMinor: bigint;
  tokenBase: bigint;
  releasesBase: bigint[];
  commissions: { level: number; amount_minor: string }[];
  riskWindowDays: number;
}

const DEFAULT_RISK_WINDOW_DAYS = 7;

/** Half up, for what is never negative. */
const share = (amount: bigint, basisPoints: number): bigint => (amount * BigInt(basisPoints) * 2n + 10_000n) / 20_000n;

/** @throws Error when the demo has no such site or tier */
export function expectedOrder(siteCode: string, tierId: string, units: number): ExpectedOrder {
  const seeded = demoSites.find(({ site }) => site.code === siteCode);
  const tier = seeded?.tiers.find(({ id }) => id === tierId);
  if (seeded?.vesting === undefined || seeded.plan === undefined || tier === undefined)
    throw new Error(`no demo of ${siteCode}`);
  const amountMinor = tier.unitPriceMinor * BigInt(units);
  const tokenBase = tier.tokensPerUnitBase * BigInt(units);
  const { tgeBasisPoints, periodCount } = seeded.vesting;
  const atStart = (tokenBase * BigInt(tgeBasisPoints)) / 10_000n;
  const each = (tokenBase - atStart) / BigInt(periodCount);
  const parts = Array.from({ length: periodCount }, (_, index) =>
    index + 1 < periodCount ? each : tokenBase - atStart - each * BigInt(periodCount - 1),
  );
  const window = seeded.settings['riskWindowDays'];
  return {
    amountMinor,
    tokenBase,
    releasesBase: [atStart, ...parts],
    // The demo's chain is two deep and both are active agents; the plan's cap lies above the sum of its rates.
    commissions: seeded.plan.levels.map(({ level, rateBasisPoints }) => ({
      level,
      amount_minor: share(amountMinor, rateBasisPoints).toString(),
    })),
    riskWindowDays: typeof window === 'number' ? window : DEFAULT_RISK_WINDOW_DAYS,
  };
}
