import { z } from 'zod';

/** The numbers and switches a site may turn. Those that touch money are versioned; an order keeps the version it used. */
export interface SiteSettings {
  /** How long an unpaid order holds its units. */
  readonly holdMinutes: number;
  /** How long after payment nothing is paid out, because the card may still be disputed. */
  readonly riskWindowDays: number;
  /** Whether an operator approves each release or the platform does once it is due. */
  readonly releaseApproval: 'manual' | 'automatic';
  readonly kycRequired: boolean;
  /** How many levels of the referral chain are copied to an order. */
  readonly referralDepth: number;
  /** How many unpaid orders may come from one client address. */
  readonly unpaidPerAddressMax: number;
  /** How many releases one approval may name. */
  readonly approvalBatchMax: number;
}

const whole = (least: number, most: number, byDefault: number) => z.int().min(least).max(most).default(byDefault);

const shape = z.object({
  holdMinutes: whole(1, 120, 15),
  riskWindowDays: whole(0, 180, 7),
  releaseApproval: z.enum(['manual', 'automatic']).default('manual'),
  kycRequired: z.boolean().default(false),
  referralDepth: whole(1, 10, 10),
  unpaidPerAddressMax: whole(1, 100_000, 5),
  approvalBatchMax: whole(1, 100, 100),
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
