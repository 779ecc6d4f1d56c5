import { generateHydrationScript, renderToStringAsync } from 'solid-js/web';
import type { Site } from '../../worker/site/shape.ts';
import type { Tier } from '../../worker/tier/shape.ts';
import type { Page } from '../src/api/api.ts';
import { App } from '../src/app.tsx';
import { placeOf, type Place } from '../src/route.ts';
import { createSiteView, type PageData } from '../src/site/site-view.tsx';
import { chooseLocale, inLocale } from '../src/text/locale.ts';
import { readText } from '../src/text/read.ts';
import { brandStyle } from './brand.ts';
import { writeDocument } from './document.ts';
import { safeHeaders } from './headers.ts';
import { contentPolicy } from './policy.ts';
import { hasForeignCookie, readLanguage, switchLanguage } from './language.ts';
import { refuseAs } from './refuse.ts';
import { readUpstream, type Upstream } from './upstream.ts';

/** On the server Solid's function takes these options; its published types describe the browser's, which takes none. */
const writeHydration: (options: { nonce: string; eventNames: string[] }) => string = generateHydrationScript;

/** 128 random bits: an injected script cannot guess what lets scripts run on this one answer. */
function makeNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** Status and public data of a page. A list that cannot be read is left to the browser, which shows how to retry. */
async function readPlace(api: Upstream, request: Request, place: Place) {
  if (place.page === 'home') {
    const { body } = await readUpstream(api, request, '/api/v1/tiers');
    return { status: 200, tiers: body as Page<Tier> | null, tier: null };
  }
  if (place.page === 'buy') {
    const { status, body } = await readUpstream(api, request, `/api/v1/tiers/${encodeURIComponent(place.id)}`);
    return { status: status === 404 || status === 400 ? 404 : 200, tiers: null, tier: body as Tier | null };
  }
  return { status: place.page === 'missing' ? 404 : 200, tiers: null, tier: null };
}

/**
 * Answers one page of the host's site: 421 for a host without a site, 503 while the API is away. The answer is never
 * cached, since it carries a nonce; what may be cached is the API's data.
 */
export async function renderPage(request: Request, api: Upstream): Promise<Response> {
  const url = new URL(request.url);
  const found = placeOf(url.pathname);
  const [answer, data] = await Promise.all([
    readUpstream(api, request, '/api/v1/site'),
    readPlace(api, request, found),
  ]);
  if (answer.status !== 200) return refuseAs(answer.status);
  const site = answer.body as Site;
  const switched = switchLanguage(url, site.locales);
  if (switched) return switched;

  const isMissing = site.kind === 'platform' && !['home', 'security'].includes(found.page);
  const locale = chooseLocale(site.locales, [readLanguage(request)]);
  const page: PageData = { site, locale, tiers: data.tiers, tier: data.tier, mayBeSignedIn: hasForeignCookie(request) };
  const view = createSiteView(page, await readText(locale));
  const nonce = makeNonce();
  const body = await renderToStringAsync(
    () => <App view={view} mayBeSignedIn={page.mayBeSignedIn} url={url.pathname + url.search} />,
    { nonce },
  );
  const html = writeDocument({
    locale,
    title: site.name,
    description: inLocale(site.brand.tagline, locale),
    nonce,
    style: brandStyle(site.brand),
    hydration: writeHydration({ nonce, eventNames: ['click', 'input'] }),
    body,
    page,
  });
  return new Response(html, {
    status: isMissing ? 404 : data.status,
    headers: {
      ...safeHeaders(site),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': locale,
      'Content-Security-Policy': contentPolicy(site, nonce),
    },
  });
}
