import { z } from '@hono/zod-openapi';
import { base, id, minor, time } from '../http/shape.ts';

export const tier = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    unit_price_minor: minor,
    currency: z.string(),
    tokens_per_unit_base: base,
    token_decimals: z.number().int(),
    total_units: z.number().int(),
    available_units: z.number().int(),
    max_units_per_buyer: z.number().int(),
    display_order: z.number().int(),
    opens_at: time.nullable(),
    closes_at: time.nullable(),
    state: z.enum(['upcoming', 'open', 'sold_out', 'closed']),
    version: z.number().int(),
  })
  .openapi('Tier');

export type Tier = z.infer<typeof tier>;
