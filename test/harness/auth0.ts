import { createHash, randomBytes } from 'node:crypto';
import { ask } from '../../dev/client/http.ts';
import { userIdOf } from '../../dev/oidc/user.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import { withClient } from './database.ts';
import { useStack } from './stack.ts';
import { programToken } from './token.ts';
import type { WebBrowser, Page } from './web_browser.ts';

/** An address that nobody has. */
export const newEmail = (): string => `p${randomBytes(6).toString('hex')}@example.com`;

/** The address at which a sign-in begins. */
export function loginUrl(origin: string, query: Record<string, string> = {}): string {
  return `${origin}/api/v1/auth/login?${new URLSearchParams(query).toString()}`;
}

/** Says at the provider's page who comes, and goes where that leads. */
export async function identify(
  browser: WebBrowser,
  page: Page,
  email: string,
  stopAt?: (next: URL) => boolean,
): Promise<Page> {
  const visit = stopAt === undefined ? {} : { stopAt };
  const after = await browser.open(page.url, { form: { email, action: 'continue' }, ...visit });
  // Another person than the one of the provider's session: it asks whether that one is to be signed out.
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(after.html)?.[1];
  if (xsrf === undefined) return after;
  return browser.open(new URL('/oidc/logout/confirm', after.url), { form: { xsrf, logout: 'yes' }, ...visit });
}

/** Signs in from a site's page by e-mail, to the end. */
export async function signInByEmail(
  browser: WebBrowser,
  origin: string,
  email: string,
  query: Record<string, string> = {},
): Promise<Page> {
  return identify(browser, await browser.open(loginUrl(origin, query)), email);
}

/** Signs in as far as the last step, which is left to the caller. @returns its address */
export async function signInUpTo(
  browser: WebBrowser,
  origin: string,
  email: string,
  path: 'callback' | 'complete',
  query: Record<string, string> = {},
): Promise<URL> {
  const stopAt = (next: URL) => next.pathname.endsWith(`/auth/${path}`);
  const { next } = await identify(browser, await browser.open(loginUrl(origin, query)), email, stopAt);
  if (next === undefined) throw new Error(`the sign-in never came to ${path}`);
  return next;
}

/** A session's row, found by the cookie of a browser. */
export interface SessionRow {
  id: string;
  site_id: string;
  user_id: string;
  method: string;
  created_at: Date;
  recheck_at: Date | null;
  revoked_at: Date | null;
  end_reason: string | null;
  refresh_token: string | null;
}

/** Reads the row of a session token. @throws Error when there is none */
export async function sessionRow(token: string | undefined): Promise<SessionRow> {
  const hash = createHash('sha256')
    .update(token ?? '')
    .digest();
  const { rows } = await withClient('superuser', (client) =>
    client.query<SessionRow>('select * from sessions where token_hash = $1', [hash]),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such session');
  return row;
}

/** The row of the session a browser has on a site. */
export const sessionOf = (browser: WebBrowser, origin: string): Promise<SessionRow> =>
  sessionRow(browser.cookie(origin, SESSION_COOKIE));

/** The trail of a person, oldest first. */
export async function trailOf(userId: string): Promise<string[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ event: string; method: string | null }>(
      'select event, method from login_audit where user_id = $1 order by at, id',
      [userId],
    ),
  );
  return rows.map(({ event, method }) => `${event} ${method ?? ''}`.trim());
}

/** Disturbs the provider. */
export async function control(path: string, body: unknown): Promise<void> {
  const { status, text } = await ask(`${useStack().oidc.control}/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (status !== 200) throw new Error(`the provider's control answered ${status}: ${text}`);
}

/** How often the provider's token endpoint was asked so far. */
export async function tokenRequests(): Promise<number> {
  const { text } = await ask(`${useStack().oidc.control}/requests`);
  return (JSON.parse(text) as { token: number }).token;
}

/** Blocks somebody at the provider. */
export async function blockAtProvider(email: string): Promise<void> {
  const { issuer } = useStack().oidc;
  const bearer = await programToken('management', { audience: `${issuer}api/v2/` });
  const { status } = await ask(`${issuer}api/v2/users/${encodeURIComponent(userIdOf(email))}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ blocked: true }),
  });
  if (status !== 200) throw new Error(`blocking answered ${status}`);
}
