import type Provider from 'oidc-provider';
import { sendPage } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { failurePage, PAGE_HEADERS } from './page.ts';
import type { Tenant } from './tenant.ts';

/**
 * `GET /v2/logout`: ends the browser's session without a question and sends it to `returnTo`, which must be one of the
 * client's logout URLs, or of any client's if none is named. Its query string does not count.
 */
export async function serveLogout(exchange: Exchange, provider: Provider, tenant: Tenant): Promise<boolean> {
  const { request, response, method, url } = exchange;
  if (url.pathname !== '/v2/logout' || method !== 'GET') return false;
  const clientId = url.searchParams.get('client_id');
  const clients = tenant.web.filter((client) => clientId === null || client.clientId === clientId);
  const allowed = clients.flatMap((client) => client.logoutUrls);
  const returnTo = url.searchParams.get('returnTo') ?? (clientId === null ? null : (allowed[0] ?? null));
  if (clients.length === 0 || (returnTo !== null && !allowed.includes(withoutQuery(returnTo)))) {
    const description = `The "returnTo" querystring parameter "${returnTo ?? ''}" is not defined as a valid URL.`;
    return sendPage(exchange, 400, PAGE_HEADERS, failurePage('invalid_request', description));
  }
  const session = await provider.Session.get(provider.createContext(request, response));
  if (session.accountId !== undefined) await session.destroy();
  if (returnTo === null) response.writeHead(200, { 'content-type': 'text/plain' }).end('OK');
  else response.writeHead(302, { location: returnTo, 'cache-control': 'no-store' }).end();
  return true;
}

function withoutQuery(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  return url.href;
}
