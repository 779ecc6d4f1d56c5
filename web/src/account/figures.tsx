import { Show, type JSX } from 'solid-js';
import type { Balance } from '../../../worker/me/shape.ts';
import { Moment } from '../part/moment.tsx';
import { Tokens } from '../part/tokens.tsx';
import { useWords } from '../text/words.tsx';

/** Three figures: what was delivered, what comes next and when, what is still locked. */
export function Figures(props: { balance: Balance }): JSX.Element {
  const words = useWords();
  return (
    <dl class="figures">
      <Figure label={words.account.delivered} amountBase={props.balance.delivered_base} balance={props.balance}>
        {words.account.deliveredNote}
      </Figure>
      <Next balance={props.balance} />
      <Figure label={words.account.locked} amountBase={props.balance.locked_base} balance={props.balance}>
        {words.account.lockedNote}
      </Figure>
    </dl>
  );
}

/** What is nearest: tokens on their way, else those that are due, else the next planned release. */
function Next(props: { balance: Balance }): JSX.Element {
  const words = useWords();
  const near = (): { amountBase: string; note: string } | undefined => {
    const { in_flight_base: moving, due_base: due } = props.balance;
    if (moving !== '0') return { amountBase: moving, note: words.account.onTheWay };
    return due === '0' ? undefined : { amountBase: due, note: words.account.readySoon };
  };
  const planned = (): Balance['next'][number] | undefined => props.balance.next[0];
  return (
    <Figure
      label={words.account.next}
      amountBase={near()?.amountBase ?? planned()?.amount_base}
      balance={props.balance}
    >
      <Show
        when={near()}
        fallback={
          <Show when={planned()} fallback={words.account.nextNone}>
            {(next) => <Moment at={next().due_at} />}
          </Show>
        }
      >
        {(now) => now().note}
      </Show>
    </Figure>
  );
}

interface FigureProps {
  label: string;
  amountBase: string | undefined;
  balance: Balance;
  children: JSX.Element;
}

function Figure(props: FigureProps): JSX.Element {
  return (
    <div class="card">
      <dt class="muted small">{props.label}</dt>
      <dd>
        <Show when={props.amountBase} fallback={<span class="figure">—</span>}>
          {(amountBase) => (
            <>
              <span class="figure">
                <Tokens amountBase={amountBase()} decimals={props.balance.token_decimals} />
              </span>{' '}
              <span class="muted small">{props.balance.token_symbol}</span>
            </>
          )}
        </Show>
        <span class="muted small figure-note">{props.children}</span>
      </dd>
    </div>
  );
}
