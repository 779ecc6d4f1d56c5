import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { OrderDetail } from '../../../worker/order/shape.ts';
import { api } from '../api/api.ts';
import { Refusal } from '../api/refusal.ts';
import { Action } from '../part/action.tsx';
import { Moment } from '../part/moment.tsx';
import { Notice } from '../part/notice.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { createCheckout, type Checkout } from '../payment/create-checkout.ts';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';

interface PayProps {
  order: OrderDetail;
  failed: boolean;
  /** Called once the provider took the payment, which the API hears of a moment later. */
  onTaken: () => void;
  /** What else can be done with an order that waits for its money. */
  children: JSX.Element;
}

/** A small screen may end above what was just put into the page. */
const showWhole = (element: HTMLElement): void => {
  requestAnimationFrame(() => element.scrollIntoView({ block: 'nearest' }));
};

/** The payment step: the provider's form, one button with the amount, and until when the units are held. */
export function Pay(props: PayProps): JSX.Element {
  const { site, text, money, locale } = useSite();
  const words = useWords();
  const [checkout, setCheckout] = createSignal<Checkout>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [problem, setProblem] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);
  let place: HTMLDivElement | undefined;
  let gone = false;

  const open = async (): Promise<void> => {
    setRefusal(undefined);
    setProblem(undefined);
    if (!site.payment || !place) return void setProblem(words.order.noPayment);
    try {
      const payment = await api.pay(props.order.id);
      const opened = await createCheckout(site.payment.script_url, payment, place, locale);
      if (gone) opened.remove();
      else setCheckout(opened);
    } catch (error) {
      if (error instanceof Refusal) setRefusal(error);
      else setProblem(words.order.payLoad);
    }
  };
  onMount(() => {
    const failed = props.failed ? words.order.payFailed : undefined;
    void open().then(() => setProblem((said) => said ?? failed));
  });
  onCleanup(() => {
    gone = true;
    checkout()?.remove();
  });

  const pay = async (): Promise<void> => {
    const ready = checkout();
    if (!ready || isBusy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const confirmation = await ready.confirm(`${location.origin}/orders/${props.order.id}`);
      if (confirmation.taken) props.onTaken();
      else if (!confirmation.tried) setProblem(confirmation.message);
      else if (confirmation.message === undefined) setProblem(words.order.payFailed);
      else setProblem(words.order.payRefused(confirmation.message));
    } catch (error) {
      console.error(error);
      setProblem(words.order.payFailed);
    } finally {
      setBusy(false);
    }
  };

  return (
    <section class="card pay" aria-labelledby="pay">
      <h2 id="pay">{words.order.pay}</h2>
      <p class="small muted">
        {words.order.held} <Moment at={props.order.expires_at} detail="time" />
        {locale.startsWith('zh') ? '，' : '. '}
        {words.order.heldAfter}
      </p>
      <Show when={!checkout() && !refusal() && !problem()}>
        <Skeleton lines={4} tall />
      </Show>
      <div ref={(element) => (place = element)} class="pay-form" />
      <div role="alert">
        <Show when={problem()}>
          {(sentence) => (
            <p ref={showWhole} class="notice notice-bad">
              {sentence()}
            </p>
          )}
        </Show>
      </div>
      <Notice refusal={refusal()} retry={open} />
      <Show
        when={checkout()}
        fallback={
          <Show when={problem() && site.payment}>
            <button type="button" class="button button-second" onClick={() => void open()}>
              {text.shell.retry}
            </button>
          </Show>
        }
      >
        <Action busy={isBusy()} working={words.order.paying} onPress={pay}>
          {words.order.payAmount(money(props.order.amount_minor))}
        </Action>
      </Show>
      <Show when={!isBusy()}>{props.children}</Show>
    </section>
  );
}
