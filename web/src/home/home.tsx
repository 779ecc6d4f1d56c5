import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Tier } from '../../../worker/tier/shape.ts';
import { api, type Page } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSite } from '../site/site-view.tsx';
import { inLocale } from '../text/locale.ts';
import { TierCard } from '../tier/tier-card.tsx';
import { Vesting } from './vesting.tsx';

/** The front page: what is sold and by whom, the tiers, how it works, when tokens arrive, the terms. */
export function Home(): JSX.Element {
  const { site, text, locale, takeTiers } = useSite();
  const load = createLoad(() => api.tiers(), { seed: takeTiers() });
  return (
    <>
      <section class="hero">
        <PageHeading title={site.name}>{inLocale(site.brand.tagline, locale) || site.name}</PageHeading>
        <p class="muted">
          {[site.name, site.token?.symbol, site.chain.name].filter((part) => part !== undefined).join(' · ')}
        </p>
      </section>
      <section aria-labelledby="tiers">
        <h2 id="tiers">{text.home.tiers}</h2>
        <Notice refusal={load.refusal()} retry={load.reload} />
        <Show when={load.value()} fallback={<TierSkeletons failed={load.refusal() !== undefined} />}>
          {(page) => <TierList page={page()} />}
        </Show>
      </section>
      <section aria-labelledby="how">
        <h2 id="how">{text.home.how}</h2>
        <ol class="steps">
          <For each={text.home.steps(site.chain.name)}>
            {([title, sentence]) => (
              <li>
                <h3>{title}</h3>
                <p class="muted">{sentence}</p>
              </li>
            )}
          </For>
        </ol>
      </section>
      <Show when={site.vesting}>{(policy) => <Vesting policy={policy()} />}</Show>
      <section aria-labelledby="terms" class="terms">
        <h2 id="terms">{text.home.terms}</h2>
        <div class="prose muted">
          <For each={inLocale(site.terms.text, locale).split(/\n{2,}/)}>{(paragraph) => <p>{paragraph}</p>}</For>
        </div>
        <p class="small muted">{text.home.termsVersion(site.terms.version)}</p>
      </section>
    </>
  );
}

/** Tiers in the operator's order; the first open one is the current one. */
function TierList(props: { page: Page<Tier> }): JSX.Element {
  const { text } = useSite();
  const tiers = createMemo(() => [...props.page.items].sort((a, b) => a.display_order - b.display_order));
  const currentId = (): string | undefined => tiers().find((tier) => tier.state === 'open')?.id;
  return (
    <div class="tiers">
      <For each={tiers()} fallback={<p class="notice">{text.home.empty}</p>}>
        {(tier) => <TierCard tier={tier} current={tier.id === currentId()} />}
      </For>
    </div>
  );
}

function TierSkeletons(props: { failed: boolean }): JSX.Element {
  return (
    <Show when={!props.failed}>
      <div class="tiers">
        <For each={[1, 2, 3]}>
          {() => (
            <div class="card">
              <Skeleton lines={6} tall />
            </div>
          )}
        </For>
      </div>
    </Show>
  );
}
