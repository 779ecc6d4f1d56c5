import { Show, type JSX } from 'solid-js';
import type { OrderDetail } from '../../../worker/order/shape.ts';
import { Address } from '../part/address.tsx';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { Cancel } from './cancel.tsx';
import type { Follow } from './create-follow.ts';
import { MoveWallet } from './move-wallet.tsx';
import { Pay } from './pay.tsx';
import { Timeline } from './timeline.tsx';

interface OrderViewProps {
  order: OrderDetail;
  follow: Follow;
  /** True when the provider sent the buyer back with a payment that failed. */
  failed: boolean;
}

/** One order: what is the matter in one sentence, what can be done now, and everything that happened. */
export function OrderView(props: OrderViewProps): JSX.Element {
  const words = useWords();
  const isOver = (): boolean => props.order.status === 'expired' || props.order.status === 'cancelled';
  const isPending = (): boolean => props.order.status === 'pending';
  const isSettling = (): boolean => isPending() && props.order.amount_minor === '0';
  const isConfirming = (): boolean => isPending() && !isSettling() && props.follow.isConfirming();
  const mayPay = (): boolean => isPending() && !isSettling() && !isConfirming();
  const status = (): string => {
    if (isSettling()) return words.order.settlingStatus;
    return isConfirming() ? words.order.confirmingStatus : words.order.status[props.order.status];
  };
  const sentence = (): string => {
    if (isSettling()) return words.order.settling;
    return isConfirming() ? words.order.confirming : words.order.sentence[props.order.status];
  };
  return (
    <>
      <PageHeading title={words.order.title(props.order.tier.name)} />
      <div class="state" classList={{ 'state-good': props.order.status === 'paid' }} role="status">
        <span class={`chip chip-${props.order.status}`}>{status()}</span>
        <p>{sentence()}</p>
        <Show when={props.order.status === 'paid'}>
          <a href="/account">{words.order.seeTokens}</a>
        </Show>
      </div>
      <Notice refusal={props.follow.refusal()} retry={props.follow.reload} />
      <Show when={isOver()}>
        <p>
          <a class="button button-main button-inline" href={`/buy/${props.order.tier.id}`}>
            {words.order.again}
          </a>
        </p>
      </Show>
      <div class="columns">
        <div class="column">
          <Show when={mayPay()}>
            <Pay order={props.order} failed={props.failed} onTaken={() => props.follow.confirming()}>
              <Cancel orderId={props.order.id} onEnd={() => props.follow.reload()} />
            </Pay>
          </Show>
          <section class="card" aria-labelledby="progress">
            <h2 id="progress">{words.order.progress}</h2>
            <Timeline order={props.order} status={status()} />
          </section>
        </div>
        <Details order={props.order} onMoved={() => props.follow.reload()} />
      </div>
    </>
  );
}

function Details(props: { order: OrderDetail; onMoved: () => unknown }): JSX.Element {
  const { money, currencyCode, token, locale } = useSite();
  const words = useWords();
  return (
    <section class="card column-side" aria-labelledby="details">
      <h2 id="details">{words.order.details}</h2>
      <dl class="lines">
        <div>
          <dt>{words.order.units}</dt>
          <dd>
            {new Intl.NumberFormat(locale).format(props.order.quantity)} × {money(props.order.unit_price_minor)}
          </dd>
        </div>
        <Show when={props.order.discount_minor !== '0'}>
          <div>
            <dt>{words.buy.discount}</dt>
            <dd>−{money(props.order.discount_minor)}</dd>
          </div>
        </Show>
        <div class="lines-total">
          <dt>{words.order.amount}</dt>
          <dd>
            {money(props.order.amount_minor)} <span class="muted small">{currencyCode}</span>
          </dd>
        </div>
        <div>
          <dt>{words.order.tokens}</dt>
          <dd>{token(props.order.token_base)}</dd>
        </div>
        <div class="lines-stacked">
          <dt>{words.order.wallet}</dt>
          <dd>
            <Address value={props.order.wallet_address} />
          </dd>
        </div>
        <div class="lines-stacked">
          <dt>{words.order.number}</dt>
          <dd>
            <code class="small wrap">{props.order.id}</code>
          </dd>
        </div>
      </dl>
      <Show when={props.order.allocation}>
        {(allocation) => (
          <MoveWallet allocation={allocation()} address={props.order.wallet_address} onMoved={() => props.onMoved()} />
        )}
      </Show>
    </section>
  );
}
