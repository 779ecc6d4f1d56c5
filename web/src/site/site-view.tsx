import { createContext, untrack, useContext, type JSX } from 'solid-js';
import { isServer } from 'solid-js/web';
import type { Site } from '../../../worker/site/shape.ts';
import type { Tier } from '../../../worker/tier/shape.ts';
import type { Page } from '../api/api.ts';
import { formatMoney } from '../format/money.ts';
import { formatToken } from '../format/token.ts';
import type { Text } from '../text/en.ts';

/** What the server read for a page and the browser starts from. */
export interface PageData {
  site: Site;
  locale: string;
  tiers: Page<Tier> | null;
  tier: Tier | null;
  /** False when this visitor surely is not signed in, which spares asking. */
  mayBeSignedIn: boolean;
}

/** The site as a component sees it: its record, its words, and how it writes amounts. */
export interface SiteView {
  site: Site;
  locale: string;
  text: Text;
  /** Minor units of the site's currency, written for the reader. */
  money: (amountMinor: string) => string;
  /** The currency's code where its sign alone would not tell which one it is, as `$` does not; else empty. */
  currencyCode: string;
  /** Base units of the site's token with its symbol. */
  token: (amountBase: string) => string;
  /** What the server read for the first page. Each can be taken once: later visits read afresh. */
  takeTiers: () => Page<Tier> | undefined;
  takeTier: (id: string) => Tier | undefined;
}

const SiteContext = createContext<SiteView>();

/** The site being shown. Throws TypeError outside `SiteProvider`. */
export function useSite(): SiteView {
  const view = useContext(SiteContext);
  if (!view) throw new TypeError('useSite needs a SiteProvider above it');
  return view;
}

/** Makes the site available to all below. */
export function SiteProvider(props: { view: SiteView; children: JSX.Element }): JSX.Element {
  const view = untrack(() => props.view);
  return <SiteContext.Provider value={view}>{props.children}</SiteContext.Provider>;
}

/**
 * The view of one page. Site and locale never change during a visit: another locale is another page. On the server a
 * component may run more than once, so there nothing is used up.
 */
export function createSiteView(page: PageData, text: Text): SiteView {
  const { site, locale } = page;
  const seeds = { tiers: page.tiers, tier: page.tier };
  const money = (amountMinor: string): string =>
    formatMoney(amountMinor, site.currency, site.currency_exponent, locale);
  return {
    site,
    locale,
    text,
    money,
    currencyCode: /\p{L}/u.test(money('0')) ? '' : site.currency,
    token: (amountBase) => formatToken(amountBase, site.token?.decimals ?? 0, locale, site.token?.symbol),
    takeTiers: () => {
      const tiers = seeds.tiers;
      if (!isServer) seeds.tiers = null;
      return tiers ?? undefined;
    },
    takeTier: (id) => {
      const tier = seeds.tier?.id === id ? seeds.tier : undefined;
      if (!isServer) seeds.tier = null;
      return tier;
    },
  };
}
