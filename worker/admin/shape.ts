import { z } from '@hono/zod-openapi';
import { SITE_CODE } from '../../domain/site/code.ts';
import { APPROVAL_BATCH_MAX } from '../../domain/site/settings.ts';
import { base, id, time } from '../http/shape.ts';
import { order, orderEvent } from '../order/shape.ts';
import { adminDispute, adminPayment, adminRefund } from './order/shape.ts';

/** Which site an operator works on; further parameters of a path are added to it. */
export const siteParams = z.strictObject({ site: z.string().regex(SITE_CODE) });

export const adminRelease = z
  .object({
    id,
    order_id: id,
    sequence: z.number().int(),
    due_at: time,
    amount_base: base,
    state: z.string(),
    wallet_address: z.string(),
    payable_from: time,
  })
  .openapi('AdminRelease');

/** What its buyer sees of an order, and who that is; `wallet_address` is where its tokens go. */
export const adminOrder = order.extend({ buyer_id: id }).openapi('AdminOrder');

export const adminOrderDetail = adminOrder
  .extend({
    events: z.array(orderEvent),
    payments: z.array(adminPayment),
    refunds: z.array(adminRefund),
    disputes: z.array(adminDispute),
    /** What an operator decided of it under review. */
    review_decision: z.enum(['accept', 'return']).nullable(),
    /** When the card's issuer last warned of fraud, and when an operator had looked at it. */
    warned_at: time.nullable(),
    warning_cleared_at: time.nullable(),
    /** Since when its units are on sale again. */
    restocked_at: time.nullable(),
  })
  .openapi('AdminOrderDetail');

/** A site's own limit may be lower: `approvalBatchMax` of its settings. */
export const approveBody = z.strictObject({ release_ids: z.array(id).min(1).max(APPROVAL_BATCH_MAX) });

/** Each row answers for itself: approved, or the code and sentence of its refusal. */
export const approveResult = z
  .object({
    results: z.array(
      z.object({
        id,
        approved: z.boolean(),
        code: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
  })
  .openapi('ApproveResult');

export type AdminOrder = z.infer<typeof adminOrder>;
export type AdminOrderDetail = z.infer<typeof adminOrderDetail>;
export type AdminRelease = z.infer<typeof adminRelease>;
export type ApproveResult = z.infer<typeof approveResult>;
