import { DomainError } from '../error.ts';
import { normaliseReferralCode } from '../referral/code.ts';
import type { SiteSettings } from '../site/settings.ts';
import type { TierPromotion } from '../tier/promotion.ts';
import type { TierTerms } from '../tier/state.ts';
import { quote, quoteToJson } from './quote.ts';
import type { GivenPromoCode } from './quote.ts';

/** What a buyer asks for, with the versions of tier and terms that were on the page. */
export interface PlaceCommand {
  readonly tierId: string;
  readonly tierVersion: number;
  readonly quantity: number;
  readonly termsVersion: string;
  readonly walletId: string;
  readonly referralCode?: string | null | undefined;
  /**
   * The amount that was on the page, in minor units. A promotion's window opens and ends without a new tier version, so
   * only this keeps a buyer from paying a price they never saw.
   */
  readonly amountMinor?: bigint | undefined;
  /** The tokens that were on the page, in base units: a bonus ends like a price does, and leaves the amount as it was. */
  readonly tokenBase?: bigint | undefined;
}

export interface PlaceInput {
  readonly command: PlaceCommand;
  readonly site: {
    readonly currency: string;
    readonly tokenDecimals: number;
    readonly termsVersion: string;
    readonly settings: SiteSettings;
    readonly settingsVersion: number;
  };
  /** The tier named by the command. */
  readonly tier: TierTerms;
  /** The site's promotions, of any tier and time. */
  readonly promotions?: readonly TierPromotion[];
  /** The promo code given with the order, as the site has it; left out or null when none was given. */
  readonly promo?: GivenPromoCode | null | undefined;
  /** The database's clock, `app.now()`. */
  readonly now: Date;
  /** A fresh UUIDv7. */
  readonly orderId: string;
}

/** Every computed value the commit of an order needs. The hold ends `holdMinutes` after the database's own now. */
export interface PlacedOrder {
  readonly id: string;
  readonly tierId: string;
  readonly tierVersion: number;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly discountMinor: bigint;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly tokenBase: bigint;
  readonly bonusBase: bigint;
  readonly promotionId: string | null;
  readonly promoCodeId: string | null;
  readonly walletId: string;
  readonly termsVersion: string;
  readonly holdMinutes: number;
  /** Normalised, or null when none was sent or it cannot be one: a bad code never refuses an order. */
  readonly referralCode: string | null;
  readonly settingsVersion: number;
}

/**
 * Decides an order from cached snapshots of site and tier. What belongs to the buyer, the stock, and the uses of a promo
 * code are guards of the commit. A tier or a price that changed is refused with the new quote, so the page can ask again
 * at once.
 *
 * @throws DomainError `terms.outdated`, `tier.changed` (with `extra.quote`), and what {@link quote} refuses.
 * @throws TypeError when the tier is not the one the command names.
 */
export function decidePlace({ command, site, tier, promotions = [], promo, now, orderId }: PlaceInput): PlacedOrder {
  if (tier.id !== command.tierId) throw new TypeError('The tier is not the one the command names.');
  if (command.termsVersion !== site.termsVersion) {
    throw new DomainError('terms.outdated', { extra: { terms_version: site.termsVersion } });
  }
  const priced = quote({ tier, quantity: command.quantity, currency: site.currency, promotions, promo, now });
  const { amountMinor = priced.amountMinor, tokenBase = priced.tokenBase } = command;
  const isAsSeen = amountMinor === priced.amountMinor && tokenBase === priced.tokenBase;
  if (command.tierVersion !== tier.version || !isAsSeen) {
    throw new DomainError('tier.changed', { extra: { quote: quoteToJson(priced, site.tokenDecimals) } });
  }
  return {
    id: orderId,
    tierId: tier.id,
    tierVersion: tier.version,
    quantity: priced.quantity,
    unitPriceMinor: priced.unitPriceMinor,
    discountMinor: priced.discountMinor,
    amountMinor: priced.amountMinor,
    currency: priced.currency,
    tokenBase: priced.tokenBase,
    bonusBase: priced.bonusBase,
    promotionId: priced.promotionId,
    promoCodeId: priced.promoCodeId,
    walletId: command.walletId,
    termsVersion: site.termsVersion,
    holdMinutes: site.settings.holdMinutes,
    referralCode: normaliseReferralCode(command.referralCode ?? ''),
    settingsVersion: site.settingsVersion,
  };
}
