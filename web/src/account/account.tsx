import { Match, Show, Switch, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { api } from '../api/api.ts';
import { createLoad } from '../api/create-load.ts';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { useWords } from '../text/words.tsx';
import { Curve } from './curve.tsx';
import { Figures } from './figures.tsx';
import { OrderList } from './order-list.tsx';
import { Referral } from './referral.tsx';

/** `/account`: what the buyer has, what comes next, the orders, the invitation link. */
export function Account(): JSX.Element {
  const words = useWords();
  const session = useSession();
  return (
    <>
      <PageHeading title={words.account.title} />
      <Switch
        fallback={
          <div class="card">
            <Skeleton lines={5} tall />
          </div>
        }
      >
        <Match when={session.me()}>{(me) => <Dashboard me={me()} />}</Match>
        <Match when={session.me() === null}>
          <div class="narrow narrow-start">
            <div class="card">
              <SignIn why={words.account.signIn} />
            </div>
          </div>
        </Match>
        <Match when={session.refusal()}>
          {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
        </Match>
      </Switch>
    </>
  );
}

function Dashboard(props: { me: Me }): JSX.Element {
  const words = useWords();
  const load = createLoad(() => api.balance());
  return (
    <>
      <Show when={words.account.status[props.me.status]}>{(sentence) => <p class="notice">{sentence()}</p>}</Show>
      <Notice refusal={load.refusal()} retry={load.reload} />
      <Show
        when={load.value()}
        fallback={
          <Show when={!load.refusal()}>
            <div class="card">
              <Skeleton lines={4} tall />
            </div>
          </Show>
        }
      >
        {(balance) => (
          <>
            <Figures balance={balance()} />
            <Curve balance={balance()} />
          </>
        )}
      </Show>
      <OrderList />
      <Show when={props.me.referral}>{(referral) => <Referral referral={referral()} />}</Show>
      <p>
        <a href="/account/security">{words.account.security}</a>
      </p>
    </>
  );
}
