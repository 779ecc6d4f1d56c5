import { z } from '@hono/zod-openapi';

/** An amount of fiat money: a decimal string of minor units (cents, yen). Never a JSON number. */
export const minor = z
  .string()
  .regex(/^-?\d+$/)
  .openapi({ example: '12500' });

/** An amount of tokens: a decimal string of base units; the token's decimals stand beside it. */
export const base = z
  .string()
  .regex(/^-?\d+$/)
  .openapi({ example: '1000000000000000000' });

/** An instant, ISO 8601 in UTC. */
export const time = z.iso.datetime().openapi({ example: '2026-11-22T10:00:00.000Z' });

export const id = z.uuid();

/** RFC 9457 problem details with our stable `code` and the request's id. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

export type Problem = z.infer<typeof problem>;

/** One page of a list. `next_cursor` is opaque and null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
});
