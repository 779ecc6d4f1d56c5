import { For, Show, type JSX } from 'solid-js';
import type { OrderDetail, Release } from '../../../worker/order/shape.ts';
import { Moment } from '../part/moment.tsx';
import { Tokens } from '../part/tokens.tsx';
import { TransactionLink } from '../part/transaction-link.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';

/** So many releases are shown at once; the rest folds away. */
const SHOWN = 4;

type Mark = 'done' | 'now' | 'later' | 'bad';

const RELEASE_MARK: Record<Release['state'], Mark> = {
  scheduled: 'later',
  due: 'now',
  approved: 'now',
  submitting: 'now',
  submitted: 'now',
  confirmed: 'done',
  failed: 'bad',
  blocked: 'bad',
  reversed: 'bad',
};

/** Everything that happened to an order and will happen, from the top down. `status` is the order's state in words. */
export function Timeline(props: { order: OrderDetail; status: string }): JSX.Element {
  const { token } = useSite();
  const words = useWords();
  const isPaid = (): boolean => props.order.paid_at !== null;
  const isStopped = (): boolean => !['pending', 'paid', 'review'].includes(props.order.status);
  const releases = (): Release[] => props.order.allocation?.releases ?? [];
  return (
    <ol class="timeline">
      <Step mark="done" title={words.order.ordered} at={props.order.created_at} />
      <Show
        when={props.order.paid_at}
        fallback={
          <Show when={isStopped()} fallback={<Step mark="now" title={words.order.paidWaiting} note={props.status} />}>
            <Step mark="bad" title={props.status} at={props.order.events.at(-1)?.at} />
          </Show>
        }
      >
        {(at) => <Step mark="done" title={words.order.paid} at={at()} />}
      </Show>
      <Show when={isPaid() && !isStopped()}>
        <Show when={props.order.allocation} fallback={<Step mark="now" title={words.order.allocating} />}>
          {(allocation) => <Step mark="done" title={words.order.allocated} note={token(allocation().token_base)} />}
        </Show>
      </Show>
      <For each={releases().slice(0, SHOWN)}>{(release) => <ReleaseStep release={release} />}</For>
      <Show when={releases().length > SHOWN}>
        <li class="timeline-more">
          <details>
            <summary>{words.order.moreReleases(String(releases().length - SHOWN))}</summary>
            <ol class="timeline">
              <For each={releases().slice(SHOWN)}>{(release) => <ReleaseStep release={release} />}</For>
            </ol>
          </details>
        </li>
      </Show>
    </ol>
  );
}

function ReleaseStep(props: { release: Release }): JSX.Element {
  const { site } = useSite();
  const words = useWords();
  return (
    <Step
      mark={RELEASE_MARK[props.release.state]}
      title={
        <Tokens
          amountBase={props.release.amount_base}
          decimals={site.token?.decimals ?? 0}
          symbol={site.token?.symbol}
        />
      }
      note={words.order.releaseState[props.release.state]}
      at={props.release.due_at}
      day
    >
      <Show when={props.release.tx_hash}>{(hash) => <TransactionLink hash={hash()} />}</Show>
    </Step>
  );
}

interface StepProps {
  mark: Mark;
  title: JSX.Element;
  note?: string | undefined;
  at?: string | undefined;
  /** Only the day matters, as for a planned release. */
  day?: boolean;
  children?: JSX.Element;
}

function Step(props: StepProps): JSX.Element {
  return (
    <li class={`step step-${props.mark}`} aria-current={props.mark === 'now' ? 'step' : undefined}>
      <p class="step-title">{props.title}</p>
      <p class="small muted step-note">
        <Show when={props.note}>{(note) => <span>{note()}</span>}</Show>
        <Show when={props.at}>
          {(at) => (
            <span>
              <Moment at={at()} detail={props.day ? 'day' : 'minute'} />
            </span>
          )}
        </Show>
        {props.children}
      </p>
    </li>
  );
}
