import { hydrate } from 'solid-js/web';
import { App } from './app.tsx';
import { rememberReferral } from './referral/remember.ts';
import { createSiteView, type PageData } from './site/site-view.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/control.css';
import './style/home.css';
import './style/buy.css';
import './style/order.css';
import './style/account.css';
import { readText } from './text/read.ts';

/** Takes over the page the server wrote, with the data it wrote into it. */
async function start(): Promise<void> {
  const root = document.getElementById('app');
  const data = document.getElementById('page')?.textContent;
  if (!root || !data) throw new TypeError('the page carries no data');
  const page = JSON.parse(data) as PageData;
  const view = createSiteView(page, await readText(page.locale));
  rememberReferral(location.search, localStorage, Date.now());
  hydrate(() => <App view={view} mayBeSignedIn={page.mayBeSignedIn} />, root);
}

void start();
