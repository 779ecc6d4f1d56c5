import { z } from '@hono/zod-openapi';
import { base, id, minor, time } from '../http/shape.ts';

export const orderStatus = z.enum(['pending', 'paid', 'cancelled', 'expired', 'review', 'refunded']);

/** What an order for these units would cost now. */
export const quote = z
  .object({
    tier_id: id,
    tier_version: z.number().int(),
    quantity: z.number().int(),
    unit_price_minor: minor,
    /** After the promotion that is on, if one is. */
    promoted_unit_price_minor: minor,
    subtotal_minor: minor,
    discount_minor: minor,
    amount_minor: minor,
    currency: z.string(),
    token_base: base,
    /** The part of `token_base` that promotion and code add. */
    bonus_base: base,
    token_decimals: z.number().int(),
  })
  .openapi('Quote');

const promoCode = z.string().max(64).optional();

export const previewBody = z.strictObject({
  tier_id: id,
  quantity: z.number().int().min(1).max(1_000_000),
  promo_code: promoCode,
});

export const orderBody = z.strictObject({
  tier_id: id,
  tier_version: z.number().int().min(1),
  quantity: z.number().int().min(1).max(1_000_000),
  wallet_id: id,
  terms_version: z.string().min(1).max(40),
  referral_code: z.string().max(40).optional(),
  promo_code: promoCode,
  /** The amount that was shown: an order for another one is refused with the new quote. */
  amount_minor: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
  /** The tokens that were shown, likewise. */
  token_base: z
    .string()
    .regex(/^\d{1,78}$/)
    .optional(),
});

export const release = z.object({
  id,
  sequence: z.number().int(),
  due_at: time,
  amount_base: base,
  reversed_base: base,
  state: z.enum([
    'scheduled',
    'due',
    'approved',
    'submitting',
    'submitted',
    'confirmed',
    'failed',
    'blocked',
    'reversed',
  ]),
  tx_hash: z.string().nullable(),
});

export const order = z
  .object({
    id,
    status: orderStatus,
    tier: z.object({ id, name: z.string() }),
    quantity: z.number().int(),
    unit_price_minor: minor,
    discount_minor: minor,
    amount_minor: minor,
    currency: z.string(),
    token_base: base,
    bonus_base: base,
    token_decimals: z.number().int(),
    wallet_address: z.string(),
    terms_version: z.string(),
    referral: z.object({ applied: z.boolean(), reason: z.string().nullable() }),
    created_at: time,
    expires_at: time,
    paid_at: time.nullable(),
  })
  .openapi('Order');

export const orderEvent = z.object({ status: orderStatus, reason: z.string().nullable(), at: time });

export const orderDetail = order
  .extend({
    events: z.array(orderEvent),
    allocation: z.object({ id, token_base: base, releases: z.array(release) }).nullable(),
  })
  .openapi('OrderDetail');

/** What the page needs to confirm the payment with the provider's own script. */
export const payment = z
  .object({
    provider: z.literal('stripe'),
    client_secret: z.string(),
    publishable_key: z.string(),
    account: z.string().nullable(),
    amount_minor: minor,
    currency: z.string(),
  })
  .openapi('Payment');

export type Quote = z.infer<typeof quote>;
export type Order = z.infer<typeof order>;
export type OrderEvent = z.infer<typeof orderEvent>;
export type OrderDetail = z.infer<typeof orderDetail>;
export type OrderBody = z.infer<typeof orderBody>;
export type Payment = z.infer<typeof payment>;
export type Release = z.infer<typeof release>;
