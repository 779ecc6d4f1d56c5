import { currencyExponent } from '../../domain/money.ts';
import type { Env } from '../env.ts';
import type { Site } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the provider's own page script comes from when no other address is configured. */
const STRIPE_SCRIPT_URL = 'https://js.stripe.com/endive/stripe.js';

/** A site as the API shows it. */
export function presentSite({ site, vesting, account }: Snapshot, env: Env): Site {
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
