import { z } from '@hono/zod-openapi';

export const loginQuery = z.strictObject({
  return_to: z.string().optional().openapi({ description: 'A path of this site', example: '/orders' }),
  /** One of the site's locales; another one counts as none. */
  locale: z.string().max(35).optional(),
  /** Of Auth0, where the site has not chosen one itself. */
  connection: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** Adds the identity to the account that is signed in. */
  join: z.enum(['0', '1']).optional(),
  /** Asks for proof even of who is signed in. */
  fresh: z.enum(['0', '1']).optional(),
});

const opaque = z.string().max(2_000).optional();

/** What Auth0 adds to the callback. It may add more than we read. */
export const callbackQuery = z.object({
  code: opaque,
  state: opaque,
  error: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  iss: opaque,
  /** In place of all others: the state of a sign-out. */
  logout: opaque,
});

export const completeQuery = callbackQuery.pick({ code: true, state: true, error: true });

/** Where the browser goes to be signed out at Auth0 too. */
export const loggedOut = z.object({ logout_url: z.url() }).openapi('LoggedOut');

export type LoginQuery = z.infer<typeof loginQuery>;
export type CallbackQuery = z.infer<typeof callbackQuery>;
export type CompleteQuery = z.infer<typeof completeQuery>;
