import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Balance } from '../../../worker/me/shape.ts';
import { formatToken } from '../format/token.ts';
import { Moment } from '../part/moment.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { curvePoints, type CurvePoint } from './curve-points.ts';

const WIDTH = 1000;
const HEIGHT = 180;

/** The right edge, in shares of the time shown. */
const END = 1 / 0.97;

/** The last release keeps a little room behind it, so that its step can be seen. */
const x = (time: number): string => ((time * WIDTH) / END).toFixed(1);
const y = (share: number): string => ((1 - share) * HEIGHT).toFixed(1);

/** The stair of `points` up to `end` (0 to 1), from the ground. */
const stair = (points: CurvePoint[], end: number): string =>
  `M0 ${HEIGHT}${points.map((point) => `H${x(point.time)}V${y(point.share)}`).join('')}H${x(end)}`;

/** The buyer's tokens over time: delivered ones filled, planned ones pale, and the same as a table. */
export function Curve(props: { balance: Balance }): JSX.Element {
  const { locale } = useSite();
  const words = useWords();
  const whole = (): string =>
    formatToken(props.balance.purchased_base, props.balance.token_decimals, locale, props.balance.token_symbol);
  const drawn = createMemo(() => curvePoints(props.balance, new Date()));
  const delivered = (): CurvePoint[] => drawn().points.filter((point) => point.isDelivered);
  return (
    <Show when={drawn().points.length > 0}>
      <section class="card" aria-labelledby="curve">
        <header>
          <h2 id="curve">{words.account.curve}</h2>
          <p class="small muted">{words.account.inAll(whole())}</p>
        </header>
        <figure class="curve curve-wide">
          <svg
            viewBox={`0 -4 ${WIDTH} ${HEIGHT + 4}`}
            role="img"
            aria-label={words.account.curveLabel}
            preserveAspectRatio="none"
          >
            <path class="curve-area curve-pale" d={`${stair(drawn().points, END)}V${HEIGHT}Z`} />
            <path class="curve-line curve-dashed" d={stair(drawn().points, END)} />
            <path class="curve-area" d={`${stair(delivered(), drawn().today)}V${HEIGHT}Z`} />
            <path class="curve-line" d={stair(delivered(), drawn().today)} />
            <line class="curve-today" x1={x(drawn().today)} x2={x(drawn().today)} y1="0" y2={HEIGHT} />
          </svg>
          <figcaption class="small muted">
            <Ends points={drawn().points} today={drawn().today} />
          </figcaption>
        </figure>
        <Table balance={props.balance} points={drawn().points} />
      </section>
    </Show>
  );
}

/** What the two ends of the curve stand for. */
function Ends(props: { points: CurvePoint[]; today: number }): JSX.Element {
  const words = useWords();
  return (
    <>
      <Show when={props.today > 0 && props.points[0]} fallback={<span>{words.account.today}</span>}>
        {(first) => <Moment at={first().at} />}
      </Show>
      <Show when={props.today < 1 && props.points.at(-1)} fallback={<span>{words.account.today}</span>}>
        {(last) => <Moment at={last().at} />}
      </Show>
    </>
  );
}

function Table(props: { balance: Balance; points: CurvePoint[] }): JSX.Element {
  const { locale } = useSite();
  const words = useWords();
  return (
    <details>
      <summary>{words.account.table}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label={words.account.table}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.account.date}</th>
              <th scope="col" class="number">
                {words.account.amount}
              </th>
              <th scope="col">{words.account.state}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.points}>
              {(point) => (
                <tr>
                  <td>
                    <Moment at={point.at} />
                  </td>
                  <td class="number">
                    {formatToken(point.amountBase, props.balance.token_decimals, locale, props.balance.token_symbol)}
                  </td>
                  <td>{point.isDelivered ? words.account.delivered : words.account.planned}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </details>
  );
}
