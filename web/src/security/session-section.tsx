import { createEffect, createSignal, For, on, Show, type JSX } from 'solid-js';
import { createLoad } from '../api/create-load.ts';
import { identity, type OwnSession } from '../api/identity.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { Moment } from '../part/moment.tsx';
import { Notice } from '../part/notice.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import type { SecurityText } from '../text/en-security.ts';
import { readBrowser } from './browser.ts';

interface SessionSectionProps {
  text: SecurityText['sessions'];
  /** Changes whenever sessions were ended elsewhere on the page. */
  ended: number;
  onErrand: (errand: string) => void;
  onSaid: (sentence: string) => void;
}

/** Where the account is signed in, this browser first. Ending another one needs no question: it can sign in again. */
export function SessionSection(props: SessionSectionProps): JSX.Element {
  const load = createLoad(() => identity.sessions());
  const [busy, setBusy] = createSignal<string>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  createEffect(on(() => props.ended, load.reload, { defer: true }));
  const sorted = (): OwnSession[] =>
    (load.value()?.items ?? []).toSorted((one, other) => Number(other.current) - Number(one.current));
  const end = async (id: string): Promise<void> => {
    if (busy() !== undefined) return;
    setBusy(id);
    setRefusal(undefined);
    try {
      await identity.endSession(id);
      await load.reload();
      props.onSaid(props.text.ended);
    } catch (error) {
      setRefusal(asRefusal(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{props.text.title}</h2>
      <p class="muted small">{props.text.note}</p>
      <Notice refusal={load.refusal()} retry={load.reload} />
      <Show when={load.value()} fallback={<Show when={!load.refusal()} children={<Skeleton lines={3} tall />} />}>
        <ul class="rows">
          <For each={sorted()}>
            {(session) => (
              <SessionRow
                session={session}
                text={props.text}
                isBusy={busy() === session.id}
                onEnd={() => void end(session.id)}
              />
            )}
          </For>
        </ul>
        <Notice refusal={refusal()} />
        <Show when={sorted().length > 1} fallback={<p class="muted small">{props.text.alone}</p>}>
          <button type="button" class="button button-second" onClick={() => props.onErrand('end-others')}>
            {props.text.endOthers}
          </button>
        </Show>
      </Show>
    </section>
  );
}

interface SessionRowProps {
  session: OwnSession;
  text: SecurityText['sessions'];
  isBusy: boolean;
  onEnd: () => void;
}

function SessionRow(props: SessionRowProps): JSX.Element {
  const name = (): string => {
    const { name: browser, system } = readBrowser(props.session.user_agent);
    if (browser === undefined && system === undefined) return props.text.unknownBrowser;
    return props.text.on(browser ?? props.text.unknownBrowser, system ?? props.text.unknownSystem);
  };
  return (
    <li class="item">
      <div>
        <p class="named">
          <strong>{name()}</strong>
          <Show when={props.session.current}>
            <span class="chip chip-live">{props.text.here}</span>
          </Show>
        </p>
        <p class="small muted">
          {props.text.method[props.session.method]} · {props.text.seen}{' '}
          <Moment at={props.session.seen_at} detail="minute" />
        </p>
      </div>
      <Show when={!props.session.current}>
        <button
          type="button"
          class="button button-quiet"
          aria-label={props.text.endOf(name())}
          aria-busy={props.isBusy ? 'true' : undefined}
          onClick={() => props.onEnd()}
        >
          {props.text.end}
        </button>
      </Show>
    </li>
  );
}
