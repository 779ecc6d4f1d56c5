import { z } from '@hono/zod-openapi';
import { id, time } from '../http/shape.ts';

/** A bound wallet. Orders may name it, and allocations may be sent to it. */
export const boundWallet = z
  .object({ id, address: z.string(), primary: z.boolean(), bound_at: time })
  .openapi('BoundWallet');

/** All bound wallets, the first bound first: at most 20, so there is one page. */
export const wallets = z.object({ items: z.array(boundWallet) });

export type BoundWallet = z.infer<typeof boundWallet>;
