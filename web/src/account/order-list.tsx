import { createSignal, For, Show, type JSX } from 'solid-js';
import type { Order } from '../../../worker/order/shape.ts';
import { api, type Page } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { Moment } from '../part/moment.tsx';
import { Notice } from '../part/notice.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';

/** The buyer's orders, newest first, page by page. */
export function OrderList(): JSX.Element {
  const words = useWords();
  const load = createLoad(() => api.orders());
  const [more, setMore] = createSignal<Refusal>();
  const [isBusy, setBusy] = createSignal(false);
  const readMore = async (page: Page<Order>, cursor: string): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setMore(undefined);
    try {
      const next = await api.orders(cursor);
      load.put({ items: [...page.items, ...next.items], next_cursor: next.next_cursor });
    } catch (error) {
      setMore(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card" aria-labelledby="orders">
      <h2 id="orders">{words.account.orders}</h2>
      <Notice refusal={load.refusal()} retry={load.reload} />
      <Show when={load.value()} fallback={<Show when={!load.refusal()} children={<Skeleton lines={3} tall />} />}>
        {(page) => (
          <>
            <ul class="rows">
              <For each={page().items} fallback={<Empty />}>
                {(order) => <OrderRow order={order} />}
              </For>
            </ul>
            <Notice refusal={more()} />
            <Show when={page().next_cursor}>
              {(cursor) => (
                <button
                  type="button"
                  class="button button-second"
                  aria-busy={isBusy()}
                  onClick={() => void readMore(page(), cursor())}
                >
                  {words.account.moreOrders}
                </button>
              )}
            </Show>
          </>
        )}
      </Show>
    </section>
  );
}

function OrderRow(props: { order: Order }): JSX.Element {
  const { money, token } = useSite();
  const words = useWords();
  const isSettling = (): boolean => props.order.status === 'pending' && props.order.amount_minor === '0';
  const status = (): string => (isSettling() ? words.order.settlingStatus : words.order.status[props.order.status]);
  return (
    <li>
      <a class="row" href={`/orders/${props.order.id}`}>
        <span class="row-main">
          <strong>{props.order.tier.name}</strong>
          <span class="small muted">
            <Moment at={props.order.created_at} />
          </span>
        </span>
        <span class="row-side">
          <span>{token(props.order.token_base)}</span>
          <span class="small muted">{money(props.order.amount_minor)}</span>
        </span>
        <span class={`chip chip-${props.order.status}`}>{status()}</span>
      </a>
    </li>
  );
}

function Empty(): JSX.Element {
  const words = useWords();
  return (
    <li class="empty">
      <p class="muted">{words.account.noOrders}</p>
      <a class="button button-second button-inline" href="/">
        {words.account.firstOrder}
      </a>
    </li>
  );
}
