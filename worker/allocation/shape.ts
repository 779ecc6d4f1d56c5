import { z } from '@hono/zod-openapi';
import { base, id, time } from '../http/shape.ts';
import { release } from '../order/shape.ts';

/** The tokens that a paid order bought, and where they go. */
export const allocation = z
  .object({
    id,
    order_id: id,
    total_base: base,
    token_decimals: z.number().int(),
    wallet_address: z.string(),
    wallet_changed_at: time.nullable(),
    /** Nothing is paid out before this, nor within 24 hours of `wallet_changed_at`. */
    payable_from: time,
    created_at: time,
  })
  .openapi('Allocation');

export const allocationDetail = allocation.extend({ releases: z.array(release) }).openapi('AllocationDetail');

export const walletChoice = z.strictObject({ wallet_id: id });

export type Allocation = z.infer<typeof allocation>;
export type AllocationDetail = z.infer<typeof allocationDetail>;
