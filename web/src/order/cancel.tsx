import { createSignal, Show, type JSX } from 'solid-js';
import { api } from '../api/api.ts';
import { Action } from '../part/action.tsx';
import { Dialog } from '../part/dialog.tsx';
import { Notice } from '../part/notice.tsx';
import { createGuarded } from '../sign-in/create-guarded.ts';
import { useWords } from '../text/words.tsx';

/** Gives an unpaid order up after one question: in a rush its units are gone at once. */
export function Cancel(props: { orderId: string; onEnd: () => Promise<void> }): JSX.Element {
  const words = useWords();
  const [isAsked, setAsked] = createSignal(false);
  const cancel = createGuarded(async () => {
    try {
      await api.cancel(props.orderId);
      setAsked(false);
    } finally {
      // Refused or not: what the order is now is on the page.
      await props.onEnd();
    }
  });
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setAsked(true)}>
        {words.order.cancel}
      </button>
      <Show when={isAsked()}>
        <Dialog title={words.order.cancelAsked} stays={cancel.isBusy()} onClose={() => setAsked(false)}>
          <p>{words.order.cancelNote}</p>
          <Notice refusal={cancel.refusal()} />
          <Action busy={cancel.isBusy()} working={words.order.cancelling} onPress={cancel.run}>
            {words.order.cancel}
          </Action>
          <Show when={!cancel.isBusy()}>
            <button type="button" class="button button-second" onClick={() => setAsked(false)}>
              {words.order.keep}
            </button>
          </Show>
        </Dialog>
      </Show>
    </>
  );
}
