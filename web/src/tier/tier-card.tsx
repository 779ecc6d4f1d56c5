import { Show, type JSX } from 'solid-js';
import type { Tier } from '../../../worker/tier/shape.ts';
import { Moment } from '../part/moment.tsx';
import { useSite } from '../site/site-view.tsx';
import { Availability } from './availability.tsx';

/** One tier: name, price, tokens, what is left, its dates, one button. `current` makes it stand out. */
export function TierCard(props: { tier: Tier; current: boolean }): JSX.Element {
  const { site, text, money, currencyCode, token, locale } = useSite();
  return (
    <article class="card tier" classList={{ 'tier-current': props.current, 'tier-shut': props.tier.state !== 'open' }}>
      <header class="tier-head">
        <h3>{props.tier.name}</h3>
        <span class="chip" classList={{ 'chip-live': props.tier.state === 'open' }}>
          {text.home.state[props.tier.state]}
        </span>
      </header>
      <p class="muted tier-words">{props.tier.description}</p>
      <p class="price">
        <span class="figure">{money(props.tier.unit_price_minor)}</span>
        <span class="muted small">
          {currencyCode} {text.home.price}
        </span>
      </p>
      <p class="tier-tokens">{text.home.perUnit(token(props.tier.tokens_per_unit_base))}</p>
      <Availability tier={props.tier} />
      <p class="small muted tier-dates">
        <Dates tier={props.tier} />
        <span>{text.home.limit(new Intl.NumberFormat(locale).format(props.tier.max_units_per_buyer))}</span>
      </p>
      <Show when={props.tier.state === 'open' && site.status === 'active'}>
        <a
          class={`button ${props.current ? 'button-main' : 'button-second'}`}
          href={`/buy/${props.tier.id}`}
          aria-label={`${text.home.buy} ${props.tier.name}`}
        >
          {text.home.buy}
        </a>
      </Show>
    </article>
  );
}

/** The one date that matters: the opening of what is not open yet, else the end. */
function Dates(props: { tier: Tier }): JSX.Element {
  const { text } = useSite();
  return (
    <Show
      when={props.tier.state === 'upcoming' && props.tier.opens_at}
      fallback={
        <Show when={props.tier.state === 'open' && props.tier.closes_at}>
          {(at) => (
            <span>
              {text.home.closes} <Moment at={at()} />
            </span>
          )}
        </Show>
      }
    >
      {(at) => (
        <span>
          {text.home.opens} <Moment at={at()} detail="minute" />
        </span>
      )}
    </Show>
  );
}
