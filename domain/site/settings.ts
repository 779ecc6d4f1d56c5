import { z } from 'zod';
import { LIMIT_LEVELS, type LimitLevel } from './limits.ts';

/** How many releases an approval may name at most, whatever a site sets. */
export const APPROVAL_BATCH_MAX = 100;

/** The numbers and switches a site may turn. Those that touch money are versioned; an order keeps the version it used. */
export interface SiteSettings {
  /** How long an unpaid order holds its units: 1 to 120 minutes, 15 by default. */
  readonly holdMinutes: number;
  /** How long after payment nothing is paid out, as the card may still be disputed: 0 to 180 days, 7 by default. */
  readonly riskWindowDays: number;
  /** Whether only those buy whose identity was approved: no by default. */
  readonly kycRequired: boolean;
  /** How many levels of the referral chain are copied to an order: 1 to 10, 10 by default. */
  readonly referralDepth: number;
  /** How many unpaid orders may come from one client address: 1 to 100,000, 5 by default. */
  readonly unpaidPerAddressMax: number;
  /** How many releases one approval may name. */
  readonly approvalBatchMax: number;
  /** How many requests a client address, a wallet and a buyer may send in a minute: `normal` by default. */
  readonly limits: LimitLevel;
  /** From where people may buy. A list left out allows everybody, and denies nobody; by default both are. */
  readonly countries: CountryLists;
}

/** Countries by their two letters (ISO 3166-1), upper case, at most 300 in a list. */
export interface CountryLists {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

const whole = (least: number, most: number, byDefault: number) => z.int().min(least).max(most).default(byDefault);

// `XX` and `T1` say that a country is not known: no list can name them.
const countries = z.array(z.string().regex(/^(?!XX)[A-Z]{2}$/)).max(300);

const shape = z.object({
  holdMinutes: whole(1, 120, 15),
  riskWindowDays: whole(0, 180, 7),
  kycRequired: z.boolean().default(false),
  referralDepth: whole(1, 10, 10),
  unpaidPerAddressMax: whole(1, 100_000, 5),
  approvalBatchMax: whole(1, APPROVAL_BATCH_MAX, APPROVAL_BATCH_MAX),
  limits: z.enum(LIMIT_LEVELS).default('normal'),
  countries: z.object({ allow: countries.optional(), deny: countries.optional() }).default({}),
});

/**
 * Reads stored settings; what is missing takes its default. Members this version does not know are passed over, so that
 * a deployment can be rolled back after a newer one wrote them.
 *
 * @param json the stored object; null or undefined counts as empty.
 * @throws TypeError when a known member has a value outside its bounds: the platform wrote it, so that is our fault.
 */
export function parseSettings(json: unknown): SiteSettings {
  const result = shape.safeParse(json ?? {});
  if (result.success) return result.data;
  const paths = result.error.issues.map((issue) => issue.path.join('.') || '(whole)').join(', ');
  throw new TypeError(`The site's settings are not valid: ${paths}.`);
}
