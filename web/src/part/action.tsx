import { Show, type JSX } from 'solid-js';

interface ActionProps {
  /** True while it works: it then says `working` and cannot be pressed again. */
  busy: boolean;
  working: string;
  disabled?: boolean;
  onPress?: () => unknown;
  describedBy?: string;
  children: JSX.Element;
}

/**
 * The one main button of a step. While busy it stays focusable (`aria-disabled` instead of `disabled`), so that who
 * works by keyboard does not lose the place.
 */
export function Action(props: ActionProps): JSX.Element {
  const press = (): void => {
    if (!props.busy && !props.disabled) void props.onPress?.();
  };
  return (
    <button
      type="button"
      class="button button-main"
      aria-disabled={props.busy || props.disabled ? 'true' : undefined}
      aria-busy={props.busy ? 'true' : undefined}
      aria-describedby={props.describedBy}
      onClick={press}
    >
      <Show when={props.busy} fallback={props.children}>
        <span class="spinner" aria-hidden="true" />
        {props.working}
      </Show>
    </button>
  );
}
