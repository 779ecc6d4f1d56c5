import { currencyExponent } from '../../domain/money.ts';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import type { Env } from '../env.ts';
import type { Site } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the provider's own page script comes from when no other address is configured. */
const STRIPE_SCRIPT_URL = 'https://js.stripe.com/endive/stripe.js';

/** A site as the API shows it to a visitor of some country. */
export function presentSite({ site, settings, vesting, account }: Snapshot, env: Env, country: string | null): Site {
  const sells = site.kind === 'site';
  return {
    code: site.code,
    name: site.name,
    kind: site.kind,
    status: site.status === 'suspended' ? 'suspended' : 'active',
    currency: site.currency,
    currency_exponent: currencyExponent(site.currency),
    locales: site.locales,
    brand: site.brand,
    chain: { id: site.chainId, name: site.chainName, explorer_url: site.explorerUrl },
    token:
      site.tokenSymbol === null || site.tokenAddress === null || site.tokenDecimals === null
        ? null
        : { symbol: site.tokenSymbol, address: site.tokenAddress, decimals: site.tokenDecimals },
    sign_in: site.signIn,
    kyc_required: settings.kycRequired,
    may_buy: mayBuy(site, settings, country),
    payment: sells
      ? {
          provider: 'stripe',
          publishable_key: env.STRIPE_PUBLISHABLE_KEY,
          account,
          script_url: env.STRIPE_SCRIPT_URL ?? STRIPE_SCRIPT_URL,
        }
      : null,
    terms: { version: site.termsVersion, text: site.terms },
    vesting:
      vesting === undefined
        ? null
        : {
            tge_basis_points: vesting.tgeBasisPoints,
            cliff_count: vesting.cliffCount,
            period_count: vesting.periodCount,
            period_unit: vesting.periodUnit,
          },
  };
}

/** Whether buying makes sense here at all, before anybody is signed in. */
function mayBuy(site: Snapshot['site'], settings: Snapshot['settings'], country: string | null): Site['may_buy'] {
  if (site.kind === 'platform') return { ok: false, code: null };
  const code = site.status === 'active' ? purchaseRefusal({ settings, country }) : 'site.suspended';
  return { ok: code === null, code };
}
