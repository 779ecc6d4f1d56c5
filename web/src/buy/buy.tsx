import { useParams } from '@solidjs/router';
import { Match, Show, Switch, untrack, type JSX } from 'solid-js';
import { api } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { Missing } from '../shell/missing.tsx';
import { useSite } from '../site/site-view.tsx';
import { BuyForm } from './buy-form.tsx';

/** `/buy/:tierId`: reads the tier, then offers it. Another tier in the address is another page. */
export function Buy(): JSX.Element {
  const params = useParams<{ tierId: string }>();
  return (
    <Show when={params.tierId} keyed>
      {(id) => <BuyTier id={id} />}
    </Show>
  );
}

function BuyTier(props: { id: string }): JSX.Element {
  const { takeTier } = useSite();
  const id = untrack(() => props.id);
  const load = createLoad(() => api.tier(id), { seed: takeTier(id) });
  const isMissing = (): boolean => [400, 404].includes(load.refusal()?.fault.status ?? 0);
  return (
    <Switch
      fallback={
        <div class="card">
          <Skeleton lines={6} tall />
        </div>
      }
    >
      <Match when={isMissing()}>
        <Missing />
      </Match>
      <Match when={load.value()}>{(tier) => <BuyForm tier={tier()} reload={load.reload} />}</Match>
      <Match when={load.refusal()}>
        {(refusal) => (
          <section class="narrow">
            <PageHeading title="—" />
            <Notice refusal={refusal()} retry={load.reload} />
          </section>
        )}
      </Match>
    </Switch>
  );
}
