import { z } from '@hono/zod-openapi';
import { id, minor, time } from '../http/shape.ts';

export const commission = z
  .object({
    id,
    order_id: id,
    level: z.number().int(),
    kind: z.enum(['accrual', 'reversal']),
    rate_basis_points: z.number().int(),
    net_minor: minor,
    amount_minor: minor,
    currency: z.string(),
    state: z.enum(['hold', 'ready', 'paid', 'reversed']),
    ready_at: time,
    created_at: time,
  })
  .openapi('Commission');

export type Commission = z.infer<typeof commission>;
