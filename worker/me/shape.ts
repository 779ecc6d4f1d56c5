import { z } from '@hono/zod-openapi';
import { base, id, time } from '../http/shape.ts';

export const wallet = z.object({ id, address: z.string(), primary: z.boolean() }).openapi('Wallet');

export const me = z
  .object({
    id,
    status: z.enum(['active', 'restricted', 'suspended']),
    kyc: z.enum(['none', 'approved']),
    locale: z.string().nullable(),
    /** Of the e-mail sign-in; null for an account without one. */
    email: z.string().nullable(),
    email_verified: z.boolean(),
    wallets: z.array(wallet),
    referral: z.object({ code: z.string(), url: z.string() }).nullable(),
  })
  .openapi('Me');

/** The buyer's tokens over all paid orders: purchased = locked + due + in flight + delivered. */
export const balance = z
  .object({
    token_symbol: z.string(),
    token_decimals: z.number().int(),
    purchased_base: base,
    locked_base: base,
    due_base: base,
    in_flight_base: base,
    delivered_base: base,
    next: z.array(z.object({ due_at: time, amount_base: base })),
    deliveries: z.array(z.object({ tx_hash: z.string(), amount_base: base, confirmed_at: time })),
  })
  .openapi('Balance');

export const confirmBody = z.strictObject({ confirm: z.literal(true) });

const kept = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])));

/** Rows as the database keeps them, by noun. */
export const exported = z
  .object({
    exported_at: time,
    site: z.string(),
    account: kept,
    wallets: kept,
    sessions: kept,
    sign_ins: kept,
    orders: kept,
    order_events: kept,
    payments: kept,
    allocations: kept,
    releases: kept,
    payouts: kept,
    referral: kept,
    commissions: kept,
  })
  .openapi('Export');

export type Export = z.infer<typeof exported>;
export type Me = z.infer<typeof me>;
export type Balance = z.infer<typeof balance>;
