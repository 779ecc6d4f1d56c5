import { createSignal, Show, type JSX } from 'solid-js';
import type { Tier } from '../../../worker/tier/shape.ts';
import { Action } from '../part/action.tsx';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { mainWallet } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { Consent } from './consent.tsx';
import { createPurchase, type Choice } from './create-purchase.ts';
import { createQuote } from './create-quote.ts';
import { Promo } from './promo.tsx';
import { Quantity } from './quantity.tsx';
import { readQuantity } from './read-quantity.ts';
import { Recipient } from './recipient.tsx';
import { Summary } from './summary.tsx';

/** Quantity, wallet and terms on one side, the server's quote and the one action on the other. */
export function BuyForm(props: { tier: Tier; reload: () => Promise<void> }): JSX.Element {
  const { site, text, money } = useSite();
  const words = useWords();
  const session = useSession();
  const [typed, setTyped] = createSignal('1');
  const [walletId, setWalletId] = createSignal<string>();
  const [accepted, setAccepted] = createSignal(false);
  const most = (): number => Math.max(1, Math.min(props.tier.max_units_per_buyer, props.tier.available_units));
  const [promoCode, setPromoCode] = createSignal<string>();
  const quote = createQuote(
    () => props.tier.id,
    () => readQuantity(typed(), most()),
    promoCode,
  );
  /** A refused code is told of beside its field, everything else below the summary. */
  const isOfPromo = (): boolean => quote.refusal()?.fault.code.startsWith('promo.') === true;
  const purchase = createPurchase((newer) => {
    void props.reload();
    if (newer && newer.quantity === readQuantity(typed(), most())) quote.put(newer);
    else quote.refresh();
  });
  const chosenWallet = (): string | undefined => walletId() ?? mainWallet(session.me())?.id;

  const choice = (): Choice | undefined => {
    const [current, wallet] = [quote.value(), chosenWallet()];
    if (!current || !quote.isCurrent() || wallet === undefined || !accepted()) return undefined;
    return { quote: current, promoCode: promoCode(), walletId: wallet, termsVersion: site.terms.version };
  };
  /** The first thing that is still missing, as the button's explanation. */
  const missing = (): string => {
    if (!session.me()) return words.buy.needSignIn;
    if (chosenWallet() === undefined) return words.buy.needWallet;
    if (isOfPromo()) return words.buy.promo.mend;
    return accepted() ? words.buy.then : words.buy.needTerms;
  };
  const place = (): Promise<void> | undefined => {
    const chosen = choice();
    return chosen && purchase.place(chosen);
  };

  return (
    <>
      <PageHeading title={words.buy.title(props.tier.name)} />
      <Show when={props.tier.state !== 'open' || site.status === 'suspended'}>
        <p class="notice">
          {site.status === 'suspended' ? words.refusal['site.suspended'] : words.buy.notOpen}{' '}
          <a href="/">{text.shell.missing.back}</a>
        </p>
      </Show>
      <div class="columns">
        <div class="column">
          <section class="card">
            <Quantity typed={typed()} most={most()} onType={setTyped} />
            <Promo code={promoCode()} refusal={isOfPromo() ? quote.refusal() : undefined} onApply={setPromoCode} />
          </section>
          <section class="card" aria-labelledby="recipient">
            <h2 id="recipient">{session.me() === null ? words.signIn.title : words.wallet.title}</h2>
            <Recipient chosen={walletId()} onChoose={setWalletId} />
          </section>
          <section class="card">
            <Consent accepted={accepted()} onAccept={setAccepted} />
          </section>
        </div>
        <section class="card column-side" aria-labelledby="quote">
          <h2 id="quote">{words.buy.quote}</h2>
          <Summary quote={quote.value()} isCurrent={quote.isCurrent() || quote.refusal() !== undefined} />
          <Notice refusal={isOfPromo() ? undefined : quote.refusal()} retry={() => quote.refresh()} />
          <div role="status">
            <Show when={purchase.isChanged()}>
              <p class="notice">{words.buy.changed}</p>
            </Show>
          </div>
          <Notice refusal={purchase.refusal()}>
            <Show when={purchase.refusal()?.fault.code === 'order.unpaid_exists'}>
              <a href="/account">{words.buy.sawOrders}</a>
            </Show>
          </Notice>
          <div class="dock">
            <Show when={quote.value()}>
              {(current) => (
                <p class="dock-total">
                  <span>{words.buy.total}</span>
                  <span>{money(current().amount_minor)}</span>
                </p>
              )}
            </Show>
            <Action
              busy={purchase.isBusy()}
              working={words.buy.placing}
              disabled={choice() === undefined || props.tier.state !== 'open' || site.status === 'suspended'}
              describedBy="place-note"
              onPress={place}
            >
              {words.buy.place}
            </Action>
            <p id="place-note" class="small muted">
              {missing()}
            </p>
          </div>
        </section>
      </div>
    </>
  );
}
