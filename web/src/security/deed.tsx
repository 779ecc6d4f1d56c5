import { createEffect, Show, type JSX } from 'solid-js';
import { Dialog } from '../part/dialog.tsx';
import { Notice } from '../part/notice.tsx';
import { createGuarded } from '../sign-in/create-guarded.ts';
import { Fresh } from '../sign-in/fresh.tsx';
import { useWords } from '../text/words.tsx';

interface DeedProps {
  title: string;
  /** The button that does it. */
  does: string;
  doing: string;
  isDangerous?: boolean;
  disabled?: boolean;
  /** By which the page opens this deed again after an e-mail sign-in. */
  errand: string;
  act: () => Promise<void>;
  onClose: () => void;
  children: JSX.Element;
}

/**
 * Says what will happen, then does it, once. Where the API first wants a new proof, the dialog asks for that and goes
 * on by itself.
 */
export function Deed(props: DeedProps): JSX.Element {
  const words = useWords();
  const guarded = createGuarded(async () => {
    await props.act();
    props.onClose();
  });
  const press = (): void => {
    if (!props.disabled) void guarded.run();
  };
  let step: HTMLParagraphElement | undefined;
  createEffect(() => {
    if (guarded.needsFresh()) step?.focus();
  });
  return (
    <Dialog title={props.title} onClose={() => props.onClose()}>
      <Show
        when={!guarded.needsFresh()}
        fallback={
          <>
            <p ref={(element) => (step = element)} tabindex="-1" role="status">
              <strong>{words.fresh.title}</strong>
            </p>
            <Fresh errand={props.errand} onFresh={guarded.run} />
          </>
        }
      >
        {props.children}
        <Notice refusal={guarded.refusal()} />
        <button
          type="button"
          class="button button-main"
          classList={{ 'button-danger': props.isDangerous ?? false }}
          aria-busy={guarded.isBusy() ? 'true' : undefined}
          aria-disabled={guarded.isBusy() || props.disabled ? 'true' : undefined}
          onClick={press}
        >
          <Show when={guarded.isBusy()} fallback={props.does}>
            <span class="spinner" aria-hidden="true" />
            {props.doing}
          </Show>
        </button>
      </Show>
      <button type="button" class="button button-second" onClick={() => props.onClose()}>
        {words.deed.cancel}
      </button>
    </Dialog>
  );
}
