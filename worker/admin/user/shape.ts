import { z } from '@hono/zod-openapi';
import { id, time } from '../../http/shape.ts';

const status = z.enum(['active', 'restricted', 'suspended']);
const kyc = z.enum(['none', 'approved']);

/** A user as the site's operators see them. `wallet_address` is the primary one. */
export const adminUser = z
  .object({
    id,
    email: z.string().nullable(),
    wallet_address: z.string().nullable(),
    status,
    status_reason: z.string().nullable(),
    kyc,
    locale: z.string().nullable(),
    referral_code: z.string().nullable(),
    agent_status: z.enum(['none', 'active', 'suspended']).nullable(),
    created_at: time,
    closed_at: time.nullable(),
  })
  .openapi('AdminUser');

export const adminUserDetail = adminUser
  .extend({
    email_verified: z.boolean(),
    wallets: z.array(z.object({ id, address: z.string(), primary: z.boolean(), unbound_at: time.nullable() })),
    order_count: z.number().int(),
  })
  .openapi('AdminUserDetail');

/** `q` is an e-mail address, a wallet's address, a referral code or an id: whole, not a part of one. */
export const userQuery = { q: z.string().trim().min(1).max(254).optional(), status: status.optional() };

export const standingBody = z.strictObject({
  status: status.optional(),
  kyc: kyc.optional(),
  reason: z.string().trim().min(1).max(500).optional(),
});

export const anonymiseBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export type AdminUser = z.infer<typeof adminUser>;
export type AdminUserDetail = z.infer<typeof adminUserDetail>;
export type StandingBody = z.infer<typeof standingBody>;
