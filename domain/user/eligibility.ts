import type { RefusalCode } from '../error.ts';
import type { CountryLists, SiteSettings } from '../site/settings.ts';

/** How a person stands on a site. */
export interface Standing {
  readonly status: 'active' | 'restricted' | 'suspended';
  readonly kyc: 'none' | 'approved';
}

export interface Purchase {
  readonly settings: Pick<SiteSettings, 'kycRequired' | 'countries'>;
  /** Where the request comes from: two letters, `XX` or `T1` where nobody can tell; null without any. */
  readonly country: string | null;
  /** What the buyer accepts, and what is to be accepted; left out where nothing is accepted anew. */
  readonly terms?: { readonly accepted: string; readonly current: string } | undefined;
  /** Left out where the person is not known, or judged elsewhere. */
  readonly person?: Standing | undefined;
}

/**
 * Whether somebody may buy and pay here; null when they may. The order is fixed: first what holds for everybody in a
 * place, then what the buyer can mend alone, then the person. The guard of `app.place_order` judges terms and person again,
 * in the same order, where they cannot change meanwhile.
 */
export function purchaseRefusal({ settings, country, terms, person }: Purchase): RefusalCode | null {
  if (!isCountryAllowed(settings.countries, country)) return 'user.country_denied';
  if (terms !== undefined && terms.accepted !== terms.current) return 'terms.outdated';
  if (person === undefined) return null;
  if (person.status !== 'active') return `user.${person.status}`;
  if (settings.kycRequired && person.kyc !== 'approved') return 'user.kyc_required';
  return null;
}

/** Cloudflare's words for an address of no country, and for Tor. */
const NOWHERE = new Set<string | null>([null, 'XX', 'T1']);

/** Where a site has a list, a place that nobody can name is denied: otherwise hiding it would be the way around. */
function isCountryAllowed({ allow, deny }: CountryLists, country: string | null): boolean {
  if (allow === undefined && deny === undefined) return true;
  if (country === null || NOWHERE.has(country)) return false;
  return (allow?.includes(country) ?? true) && deny?.includes(country) !== true;
}
