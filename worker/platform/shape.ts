import { z } from '@hono/zod-openapi';
import { id } from '../http/shape.ts';

/** As Auth0 names a person in tokens. */
export const subject = z.string().regex(/^[!-~]{1,255}$/);

export const reason = z.string().trim().min(1).max(500);

export const blockBody = z.strictObject({ reason });

export const blockResult = z
  .object({ subject: z.string(), blocked: z.boolean(), sessions_ended: z.number().int() })
  .openapi('BlockResult');

export const people = z
  .object({
    items: z.array(
      z.object({
        id,
        site: z.string(),
        subject: z.string().nullable(),
        email: z.string().nullable(),
        status: z.enum(['active', 'restricted', 'suspended']),
      }),
    ),
  })
  .openapi('People');

export type BlockResult = z.infer<typeof blockResult>;
export type People = z.infer<typeof people>;
