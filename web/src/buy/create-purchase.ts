import { useNavigate } from '@solidjs/router';
import { createSignal } from 'solid-js';
import type { OrderBody, Quote } from '../../../worker/order/shape.ts';
import { api } from '../api/api.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { recallReferral } from '../referral/remember.ts';
import { createAttempt } from './attempt.ts';

/** What the buyer settled on. */
export interface Choice {
  quote: Quote;
  /** The code the quote was made with. */
  promoCode: string | undefined;
  walletId: string;
  termsVersion: string;
}

/** Placing one order. `isChanged` is true after the offer changed under the buyer, until the next try. */
export interface Purchase {
  isBusy: () => boolean;
  isChanged: () => boolean;
  refusal: () => Refusal | undefined;
  place: (choice: Choice) => Promise<void>;
}

function bodyOf({ quote, promoCode, walletId, termsVersion }: Choice): OrderBody {
  const referralCode = recallReferral(localStorage, Date.now());
  return {
    tier_id: quote.tier_id,
    tier_version: quote.tier_version,
    quantity: quote.quantity,
    amount_minor: quote.amount_minor,
    token_base: quote.token_base,
    wallet_id: walletId,
    terms_version: termsVersion,
    ...(referralCode === undefined ? {} : { referral_code: referralCode }),
    ...(promoCode === undefined ? {} : { promo_code: promoCode }),
  };
}

/**
 * Places the order, then opens its page, where it is paid. After an unclear outcome the same key is sent again, so
 * that pressing twice, or after a lost answer, never makes two orders. `renew` hears of an offer that changed.
 */
export function createPurchase(renew: (newer: Quote | null) => void): Purchase {
  const navigate = useNavigate();
  const attempt = createAttempt(() => crypto.randomUUID());
  const [isBusy, setBusy] = createSignal(false);
  const [isChanged, setChanged] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();

  const place = async (choice: Choice): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setChanged(false);
    setRefusal(undefined);
    const body = bodyOf(choice);
    try {
      const order = await api.place(body, attempt.keyFor(body));
      navigate(`/orders/${order.id}`);
    } catch (error) {
      const refused = asRefusal(error);
      if (!refused.open) attempt.end();
      if (refused.fault.code === 'tier.changed') {
        setChanged(true);
        renew(refused.fault.quote ?? null);
      } else {
        setRefusal(refused);
      }
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, isChanged, refusal, place };
}
