import { createUniqueId, type JSX } from 'solid-js';
import type { Tier } from '../../../worker/tier/shape.ts';
import { useSite } from '../site/site-view.tsx';

/** What is left of a tier, as a bar and in numbers. Drawn as SVG, since the page allows no inline style. */
export function Availability(props: { tier: Tier }): JSX.Element {
  const { text, locale } = useSite();
  const id = createUniqueId();
  const number = (units: number): string => new Intl.NumberFormat(locale).format(units);
  const left = (): number => {
    const { total_units: total, available_units: available } = props.tier;
    return total <= 0 ? 0 : Math.min(100, Math.max(0, (available / total) * 100));
  };
  return (
    <div class="availability">
      <svg viewBox="0 0 100 2" preserveAspectRatio="none" role="img" aria-labelledby={id}>
        <rect class="track" width="100" height="2" />
        <rect class="fill" width={left()} height="2" />
      </svg>
      <p id={id} class="small muted">
        {text.home.left(number(props.tier.available_units), number(props.tier.total_units))}
      </p>
    </div>
  );
}
