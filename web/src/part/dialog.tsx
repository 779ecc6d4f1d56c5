import { createUniqueId, onCleanup, onMount, type JSX } from 'solid-js';

/**
 * A question in front of the page. The browser keeps the focus inside, gives it back where it was, and closes on
 * Escape; `onClose` hears of every way it closes.
 */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  /** What was begun goes on, and Escape does not end it. */
  stays?: boolean;
  children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  let dialog: HTMLDialogElement | undefined;
  let isGone = false;
  onMount(() => {
    // Taken out of the page while open, a dialog would not give the focus back.
    const before = document.activeElement;
    dialog?.showModal();
    onCleanup(() => {
      isGone = true;
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });
  return (
    <dialog
      ref={(element) => (dialog = element)}
      aria-labelledby={id}
      onCancel={(event) => props.stays && event.preventDefault()}
      onClose={() => !isGone && props.onClose()}
    >
      <div class="dialog">
        <h2 id={id} tabindex="-1" autofocus>
          {props.title}
        </h2>
        {props.children}
      </div>
    </dialog>
  );
}
