import type { MiddlewareHandler } from 'hono';
import type { App } from '../env.ts';
import type { Problem } from '../http/shape.ts';

/**
 * People reach these routes by their browser's address bar: a refusal is told by the storefront, in words, and never as
 * JSON. Programs, which ask for no page, get the problem itself.
 */
export const refuseInPage = (): MiddlewareHandler<App> =>
  async function tellInPage(c, next) {
    await next();
    if (c.res.status < 400 || c.req.header('accept')?.includes('text/html') !== true) return;
    const { code } = (await c.res.clone().json()) as Problem;
    // A host that is no site has no page either.
    if (code === 'host.unknown' && !c.req.path.endsWith('/callback')) return;
    c.res = c.redirect(`/?sign_in_error=${encodeURIComponent(code)}`, 303);
  };
