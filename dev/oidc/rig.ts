import { createHash, randomBytes } from 'node:crypto';
import type { OidcOptions } from './start.ts';

/** What the tests' tenant is set up with, but for the store. */
export const SETTINGS = {
  web: [
    {
      clientId: 'web',
      clientSecret: 'web-secret',
      callbackUrls: ['http://platform.localhost:8787/api/v1/auth/callback'],
      logoutUrls: ['http://platform.localhost:8787/'],
    },
  ],
  machines: [
    {
      clientId: 'machine',
      clientSecret: 'machine-secret',
      grants: { 'https://api.test/': ['read:orders', 'read:tiers'] },
    },
  ],
  management: { clientId: 'management', clientSecret: 'management-secret' },
  apis: [{ audience: 'https://api.test/', scopes: ['read:orders', 'write:orders', 'read:tiers'] }],
} satisfies Omit<OidcOptions, 'store'>;

export const AUDIENCE = 'https://api.test/';
export const CALLBACK = 'http://platform.localhost:8787/api/v1/auth/callback';

/** The answer of the token endpoint. */
export interface TokenAnswer {
  status: number;
  body: Record<'access_token' | 'id_token' | 'refresh_token' | 'error' | 'error_description' | 'scope', string>;
}

/** Asks the token endpoint. */
export async function askToken(
  issuer: string,
  fields: Record<string, string>,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const response = await fetch(`${issuer}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, body: (await response.json()) as TokenAnswer['body'] };
}

/** A browser at one provider: it keeps cookies by path, and stops at redirects to elsewhere. */
export class Browser {
  private readonly cookies = new Map<string, { path: string; value: string }>();
  readonly issuer: string;

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  /** Follows redirects within the provider. A redirect that leads elsewhere is the end: its target is `leftFor`. */
  async go(url: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<Visit> {
    const target = new URL(url, this.issuer);
    const response = await fetch(target, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: this.cookieHeader(target.pathname), accept: 'text/html', ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    this.keepCookies(response);
    const location = response.headers.get('location');
    const policy = response.headers.get('content-security-policy');
    const visit = { url: target, status: response.status, policy, html: await response.text(), leftFor: null };
    if (location === null) return visit;
    const next = new URL(location, target);
    return next.origin === target.origin ? this.go(next.href, undefined, headers) : { ...visit, leftFor: next };
  }

  private cookieHeader(path: string): string {
    return [...this.cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([key, { value }]) => `${key.split(' ')[0] ?? ''}=${value}`)
      .join('; ');
  }

  private keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '') this.cookies.delete(`${name} ${path}`);
      else this.cookies.set(`${name} ${path}`, { path, value });
    }
  }
}

/** Where a browser ended up. */
export interface Visit {
  url: URL;
  status: number;
  /** Its content security policy. */
  policy: string | null;
  html: string;
  leftFor: URL | null;
}

/** A login that an application has begun. */
export interface Attempt {
  url: string;
  verifier: string;
  state: string;
  nonce: string;
}

/** The authorization request of the platform's client, with PKCE; `change` adds, replaces or (with '') drops fields. */
export function beginLogin(issuer: string, change: Record<string, string> = {}): Attempt {
  const random = () => randomBytes(32).toString('base64url');
  const attempt = { verifier: random(), state: random(), nonce: random() };
  const url = new URL('authorize', issuer);
  const fields = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: CALLBACK,
    scope: 'openid profile email offline_access read:orders unheard:of',
    audience: AUDIENCE,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  for (const [name, value] of Object.entries(fields)) if (value !== '') url.searchParams.set(name, value);
  return { ...attempt, url: url.href };
}

/** Goes through a login page and answers what the callback got. */
export async function signIn(browser: Browser, attempt: Attempt, email: string): Promise<URLSearchParams> {
  const page = await browser.go(attempt.url);
  const { leftFor, html } = await browser.go(page.url.href, { email, action: 'continue' });
  if (leftFor === null) throw new Error(`The login did not come back: ${html}`);
  return leftFor.searchParams;
}

/** Trades a code for tokens. */
export function redeem(issuer: string, attempt: Attempt, code: string, change: Record<string, string> = {}) {
  return askToken(issuer, {
    grant_type: 'authorization_code',
    client_id: 'web',
    client_secret: 'web-secret',
    redirect_uri: CALLBACK,
    code,
    code_verifier: attempt.verifier,
    ...change,
  });
}

/** Signs in a person in a browser of their own, to the end. */
export async function tokensOf(issuer: string, email: string, browser = new Browser(issuer)): Promise<TokenAnswer> {
  const attempt = beginLogin(issuer);
  const back = await signIn(browser, attempt, email);
  return redeem(issuer, attempt, back.get('code') ?? '');
}

/** Uses a refresh token. */
export function refresh(issuer: string, refreshToken: string): Promise<TokenAnswer> {
  return askToken(issuer, {
    grant_type: 'refresh_token',
    client_id: 'web',
    client_secret: 'web-secret',
    refresh_token: refreshToken,
  });
}
