import { z } from '@hono/zod-openapi';
import { id, minor, time } from '../../http/shape.ts';

const reason = z.string().trim().min(1).max(500);

/** A PaymentIntent of an order; `provider_id` is its id at the provider. */
export const adminPayment = z
  .object({
    id,
    provider: z.string(),
    provider_id: z.string(),
    account: z.string().nullable(),
    amount_minor: minor,
    currency: z.string(),
    state: z.enum(['open', 'applied', 'canceled', 'review', 'surplus']),
    created_at: time,
  })
  .openapi('AdminPayment');

export const adminRefund = z
  .object({
    id,
    payment_id: id,
    amount_minor: minor,
    currency: z.string(),
    state: z.enum(['requested', 'submitting', 'pending', 'succeeded', 'failed', 'canceled']),
    reason: z.string().nullable(),
    requested_by: id.nullable(),
    provider_id: z.string().nullable(),
    provider_status: z.string().nullable(),
    created_at: time,
    settled_at: time.nullable(),
  })
  .openapi('AdminRefund');

/** What a buyer's bank disputes, in the provider's own words. */
export const adminDispute = z
  .object({
    id,
    payment_id: id,
    provider_id: z.string(),
    status: z.string(),
    reason: z.string().nullable(),
    amount_minor: minor,
    lost_minor: minor,
    currency: z.string(),
    is_open: z.boolean(),
    opened_at: time,
    due_by: time.nullable(),
  })
  .openapi('AdminDispute');

/** Without an amount all that is left is refunded. */
export const refundBody = z.strictObject({
  amount_minor: z
    .string()
    .regex(/^[1-9]\d{0,11}$/)
    .optional(),
  /** Which payment of the order: by default the one that paid it. */
  payment_id: id.optional(),
  reason,
});

export const reviewBody = z.strictObject({ decision: z.enum(['accept', 'return']), reason });

export const reviewDecision = z.object({ id, decision: z.enum(['accept', 'return']) }).openapi('ReviewDecision');

export const restockBody = z.strictObject({ reason });

/** An order whose units are on sale again. */
export const restocked = z.object({ id, quantity: z.number().int(), restocked_at: time }).openapi('RestockedOrder');

/** The time is that of the warning which the operator was shown. */
export const clearWarningBody = z.strictObject({ warned_at: time, reason });

/** An order whose fraud warning an operator has looked at. */
export const clearedWarning = z.object({ id, warning_cleared_at: time }).openapi('ClearedWarning');

export type ClearWarningBody = z.infer<typeof clearWarningBody>;
export type ClearedWarning = z.infer<typeof clearedWarning>;
export type AdminPayment = z.infer<typeof adminPayment>;
export type AdminRefund = z.infer<typeof adminRefund>;
export type AdminDispute = z.infer<typeof adminDispute>;
export type RefundBody = z.infer<typeof refundBody>;
export type ReviewBody = z.infer<typeof reviewBody>;
export type ReviewDecision = z.infer<typeof reviewDecision>;
export type RestockBody = z.infer<typeof restockBody>;
export type Restocked = z.infer<typeof restocked>;
