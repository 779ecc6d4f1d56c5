import { Route, Router } from '@solidjs/router';
import { Show, untrack, type Component, type JSX } from 'solid-js';
import { Home } from './home/home.tsx';
import { SessionProvider } from './session/session.tsx';
import { Missing } from './shell/missing.tsx';
import { Shell } from './shell/shell.tsx';
import { SiteProvider, type SiteView } from './site/site-view.tsx';
import { readSecurityText } from './text/read.ts';
import { buyerPage } from './text/words.tsx';

/** All pages of a host, the same on the server and in the browser. `url` is the path to render on the server. */
export function App(props: { view: SiteView; mayBeSignedIn: boolean; url?: string }): JSX.Element {
  const page = (open: () => Promise<Component>): Component =>
    buyerPage(
      untrack(() => props.view.locale),
      open,
    );
  const Buy = page(async () => (await import('./buy/buy.tsx')).Buy);
  const Order = page(async () => (await import('./order/order.tsx')).Order);
  const Account = page(async () => (await import('./account/account.tsx')).Account);
  const Security = page(async () => {
    const [{ Security: Inner }, text] = await Promise.all([
      import('./security/security.tsx'),
      readSecurityText(untrack(() => props.view.locale)),
    ]);
    return () => <Inner text={text} />;
  });
  const Platform = page(async () => (await import('./platform/platform.tsx')).Platform);
  return (
    <SiteProvider view={props.view}>
      <SessionProvider mayBeSignedIn={props.mayBeSignedIn}>
        <Router root={Shell} url={props.url ?? ''}>
          <Show
            when={props.view.site.kind === 'platform'}
            fallback={
              <>
                <Route path="/" component={Home} />
                <Route path="/buy/:tierId" component={Buy} />
                <Route path="/orders/:orderId" component={Order} />
                <Route path="/account" component={Account} />
              </>
            }
          >
            <Route path="/" component={Platform} />
          </Show>
          <Route path="/account/security" component={Security} />
          <Route path="*rest" component={Missing} />
        </Router>
      </SessionProvider>
    </SiteProvider>
  );
}
