import { Show, type JSX } from 'solid-js';
import type { Site } from '../../../worker/site/shape.ts';
import { useSite } from '../site/site-view.tsx';
import { vestingSteps } from './vesting-steps.ts';

type Policy = NonNullable<Site['vesting']>;

const WIDTH = 480;
const HEIGHT = 160;

/** When tokens arrive, in a sentence and as a curve one understands at a glance. */
export function Vesting(props: { policy: Policy }): JSX.Element {
  const { text, locale } = useSite();
  const percent = (share: number): string =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(share);
  const total = (): number => props.policy.cliff_count + props.policy.period_count;
  const path = (): string => {
    const steps = vestingSteps(props.policy);
    // A little room after the last release, so that its step can be seen.
    const x = (period: number): string => ((period / Math.max(1, total())) * WIDTH * 0.96).toFixed(1);
    const y = (share: number): string => ((1 - share) * HEIGHT).toFixed(1);
    return steps.map(({ period, share }) => `H${x(period)}V${y(share)}`).join('') + `H${WIDTH}`;
  };
  return (
    <section aria-labelledby="vesting" class="vesting">
      <div>
        <h2 id="vesting">{text.home.vesting}</h2>
        <ul class="plain muted">
          <Show when={props.policy.tge_basis_points > 0}>
            <li>{text.home.atOnce(percent(props.policy.tge_basis_points / 10_000))}</li>
          </Show>
          <Show when={props.policy.cliff_count > 0}>
            <li>{text.home.cliff(props.policy.cliff_count, props.policy.period_unit)}</li>
          </Show>
          <Show when={props.policy.tge_basis_points < 10_000 && props.policy.period_count > 0}>
            <li>{text.home.linear(props.policy.period_count, props.policy.period_unit)}</li>
          </Show>
        </ul>
      </div>
      <figure class="curve">
        <svg viewBox={`0 -4 ${WIDTH} ${HEIGHT + 4}`} role="img" aria-label={text.home.curve} preserveAspectRatio="none">
          <path class="curve-area" d={`M0 ${HEIGHT}${path()}V${HEIGHT}Z`} />
          <path class="curve-line" d={`M0 ${HEIGHT}${path()}`} />
        </svg>
        <figcaption class="small muted">
          <span>{text.home.start}</span>
          <span>{text.home.after(total(), props.policy.period_unit)}</span>
        </figcaption>
      </figure>
    </section>
  );
}
