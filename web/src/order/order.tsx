import { useParams, useSearchParams } from '@solidjs/router';
import { Match, Show, Switch, untrack, type JSX } from 'solid-js';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { useWords } from '../text/words.tsx';
import { createFollow } from './create-follow.ts';
import { OrderView } from './order-view.tsx';

/** `/orders/:orderId`: for who placed it. Who is not signed in can do so here and then sees it. */
export function Order(): JSX.Element {
  const params = useParams<{ orderId: string }>();
  const words = useWords();
  const session = useSession();
  return (
    <Switch
      fallback={
        <div class="card">
          <Skeleton lines={6} tall />
        </div>
      }
    >
      <Match when={session.me()}>
        <Show when={params.orderId} keyed>
          {(id) => <FollowedOrder id={id} />}
        </Show>
      </Match>
      <Match when={session.me() === null}>
        <section class="narrow">
          <PageHeading title={words.order.heading} />
          <div class="card">
            <SignIn why={words.order.signIn} />
          </div>
        </section>
      </Match>
      <Match when={session.refusal()}>
        {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
      </Match>
    </Switch>
  );
}

/** The provider sends the buyer back here with the result in the address; the API stays the one to believe. */
function FollowedOrder(props: { id: string }): JSX.Element {
  const [search] = useSearchParams<{ redirect_status?: string }>();
  const words = useWords();
  const came = (): boolean => search.redirect_status === 'succeeded' || search.redirect_status === 'processing';
  const follow = untrack(() => createFollow(props.id, came()));
  return (
    <Show
      when={follow.value()}
      fallback={
        <>
          <PageHeading title={words.order.heading} />
          <Notice refusal={follow.refusal()} {...(follow.refusal()?.open ? { retry: follow.reload } : {})}>
            <a href="/account">{words.buy.sawOrders}</a>
          </Notice>
          <Show when={!follow.refusal()}>
            <div class="card">
              <Skeleton lines={6} tall />
            </div>
          </Show>
        </>
      }
    >
      {(order) => <OrderView order={order()} follow={follow} failed={search.redirect_status === 'failed'} />}
    </Show>
  );
}
