import { z } from '@hono/zod-openapi';
import { id, time } from '../http/shape.ts';

/** One browser that is signed in. */
export const session = z
  .object({
    id,
    method: z.enum(['wallet', 'auth0']),
    created_at: time,
    /** Written at most every five minutes. */
    seen_at: time,
    /** At the latest; it ends before that when nobody uses it. */
    expires_at: time,
    user_agent: z.string().nullable(),
    /** Whether it is the one that asks. */
    current: z.boolean(),
  })
  .openapi('Session');

export const sessionList = z.object({ items: z.array(session) });

export type SessionList = z.infer<typeof sessionList>;
