import { createSignal, createUniqueId, For, Show, untrack, type JSX } from 'solid-js';
import type { OrderDetail } from '../../../worker/order/shape.ts';
import { identity } from '../api/identity.ts';
import { shortenAddress } from '../format/address.ts';
import { Notice } from '../part/notice.tsx';
import type { OwnWallet } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { createGuarded } from '../sign-in/create-guarded.ts';
import { takeErrand } from '../sign-in/errand.ts';
import { Fresh } from '../sign-in/fresh.tsx';
import { useWords } from '../text/words.tsx';

interface MoveWalletProps {
  allocation: NonNullable<OrderDetail['allocation']>;
  /** Where its tokens go now. */
  address: string;
  onMoved: () => unknown;
}

/** Lets the rest of an order's tokens go to another wallet of the account. Nothing to offer once all are delivered. */
export function MoveWallet(props: MoveWalletProps): JSX.Element {
  const words = useWords();
  const session = useSession();
  const id = createUniqueId();
  const [chosen, setChosen] = createSignal<string>();
  const [isMoved, setMoved] = createSignal(false);
  // Whoever had to sign in again by e-mail finds it open.
  const isResumed = untrack(() => takeErrand(session.me()?.id ?? '', sessionStorage) === 'move');
  const isOpen = (): boolean =>
    props.allocation.releases.some(({ state }) =>
      ['scheduled', 'due', 'approved', 'failed', 'blocked'].includes(state),
    );
  const others = (): OwnWallet[] =>
    (session.me()?.wallets ?? []).filter(({ address }) => address.toLowerCase() !== props.address.toLowerCase());
  const wallet = (): OwnWallet | undefined => others().find((one) => one.id === chosen()) ?? others()[0];
  const move = createGuarded(async () => {
    const to = wallet();
    if (to === undefined) return;
    await identity.moveAllocation(props.allocation.id, to.id);
    setMoved(true);
    await props.onMoved();
  });
  return (
    <Show when={isOpen()}>
      <details class="move" open={isResumed}>
        <summary>{words.order.move}</summary>
        <div class="connect">
          <p class="small muted">{words.order.moveNote}</p>
          <Show when={others().length > 0} fallback={<a href="/account/security">{words.order.moveMore}</a>}>
            <label class="small" for={id}>
              {words.order.moveTo}
            </label>
            <select id={id} onChange={(event) => setChosen(event.currentTarget.value)}>
              <For each={others()}>
                {(other) => (
                  <option value={other.id} selected={other.id === wallet()?.id}>
                    {shortenAddress(other.address)}
                  </option>
                )}
              </For>
            </select>
            <Show
              when={!move.needsFresh()}
              fallback={
                <>
                  <p role="status">
                    <strong>{words.fresh.title}</strong>
                  </p>
                  <Fresh errand="move" onFresh={move.run} />
                </>
              }
            >
              <button
                type="button"
                class="button button-second"
                aria-busy={move.isBusy() ? 'true' : undefined}
                onClick={() => void move.run()}
              >
                {move.isBusy() ? words.order.moving : words.order.moveDoes}
              </button>
            </Show>
            <Notice refusal={move.refusal()} />
          </Show>
          <p class="small" role="status">
            {isMoved() ? words.order.moved : ''}
          </p>
        </div>
      </details>
    </Show>
  );
}
