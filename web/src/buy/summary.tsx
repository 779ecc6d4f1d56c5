import { Show, type JSX } from 'solid-js';
import type { Quote } from '../../../worker/order/shape.ts';
import { Skeleton } from '../part/skeleton.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';

/** What is bought for how much, as the server says. Pale while a newer quote is on its way, not where there is none. */
export function Summary(props: { quote: Quote | undefined; isCurrent: boolean }): JSX.Element {
  const { site, money, currencyCode, token, locale } = useSite();
  const words = useWords();
  const arrives = (): string => {
    const policy = site.vesting;
    const parts = (policy?.period_count ?? 0) + ((policy?.tge_basis_points ?? 10_000) > 0 ? 1 : 0);
    return parts > 1 ? words.buy.arrivesInParts(parts) : words.buy.arrivesAtOnce;
  };
  return (
    <Show when={props.quote} fallback={<Skeleton lines={5} />}>
      {(quote) => (
        <dl class="lines" classList={{ stale: !props.isCurrent }} aria-live="polite">
          <div>
            <dt>{words.buy.unitPrice}</dt>
            <dd>
              {money(quote().unit_price_minor)} × {new Intl.NumberFormat(locale).format(quote().quantity)}
            </dd>
          </div>
          <Show when={quote().discount_minor !== '0'}>
            <div>
              <dt>{words.buy.subtotal}</dt>
              <dd>{money(quote().subtotal_minor)}</dd>
            </div>
            <div>
              <dt>{words.buy.discount}</dt>
              <dd>−{money(quote().discount_minor)}</dd>
            </div>
          </Show>
          <div class="lines-total">
            <dt>{words.buy.total}</dt>
            <dd>
              {money(quote().amount_minor)} <span class="muted small">{currencyCode}</span>
            </dd>
          </div>
          <div>
            <dt>{words.buy.receive}</dt>
            <dd>{token(quote().token_base)}</dd>
          </div>
          <Show when={quote().bonus_base !== '0'}>
            <div>
              <dt>{words.buy.bonus}</dt>
              <dd>{token(quote().bonus_base)}</dd>
            </div>
          </Show>
          <div>
            <dt>{words.buy.network}</dt>
            <dd>{site.chain.name}</dd>
          </div>
          <div>
            <dt>{words.buy.arrives}</dt>
            <dd>{arrives()}</dd>
          </div>
        </dl>
      )}
    </Show>
  );
}
