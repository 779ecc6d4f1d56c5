const COOKIE = '__Host-lang';
const YEAR_SECONDS = 31_536_000;

const cookiesOf = (request: Request): string[] => (request.headers.get('cookie') ?? '').split(/; */).filter(Boolean);

/**
 * True when the visitor brings any cookie but ours. Only the API sets others, so without one nobody is signed in; which
 * of them is the session is the API's own business.
 */
export function hasForeignCookie(request: Request): boolean {
  return cookiesOf(request).some((cookie) => !cookie.startsWith(`${COOKIE}=`));
}

/** The locale this visitor chose earlier, or null. Whether the site offers it is for the caller to check. */
export function readLanguage(request: Request): string | null {
  const found = cookiesOf(request).find((cookie) => cookie.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? null;
}

/**
 * Answers `?lang=…` with a redirect to the same page without it, keeping the choice for a year. Null when there is
 * nothing to switch; a locale the site does not offer changes nothing but the address.
 */
export function switchLanguage(url: URL, offered: readonly string[]): Response | null {
  const wanted = url.searchParams.get('lang');
  if (wanted === null) return null;
  const clean = new URL(url);
  clean.searchParams.delete('lang');
  // A path that begins with two slashes would be read as another host: it is folded to one.
  const location = clean.pathname.replace(/^\/+/, '/') + clean.search;
  const headers = new Headers({ Location: location, 'Cache-Control': 'no-store' });
  if (offered.includes(wanted)) {
    headers.set('Set-Cookie', `${COOKIE}=${wanted}; Path=/; Max-Age=${YEAR_SECONDS}; Secure; HttpOnly; SameSite=Lax`);
  }
  return new Response(null, { status: 303, headers });
}
