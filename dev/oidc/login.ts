import { errors } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { readBody, sendPage } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { failurePage, loginPage, PAGE_HEADERS } from './page.ts';
import type { Tenant } from './tenant.ts';
import { findOrCreateUser, parseEmail } from './user.ts';
import { wordingFor } from './wording.ts';

const PATH = /^\/u\/login\/[\w-]+$/;

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Where a login happens. The id in the path keeps the logins of two tabs apart. */
export function loginPath(uid: string): string {
  return `/u/login/${uid}`;
}

/** The login page: who comes says who they are, and that is believed. */
export async function serveLogin(exchange: Exchange, provider: Provider, tenant: Tenant): Promise<boolean> {
  const { request, response, method, url } = exchange;
  if (!PATH.test(url.pathname)) return false;
  let interaction: Interaction;
  try {
    interaction = await provider.interactionDetails(request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    return sendPage(
      exchange,
      400,
      PAGE_HEADERS,
      failurePage('expired', 'This login is over or belongs to another browser.'),
    );
  }
  if (method !== 'POST') return ask(exchange, interaction, parameter(interaction, 'login_hint'), false);
  const form = new URLSearchParams(await readBody(request));
  const typed = form.get('email') ?? '';
  if (form.get('action') === 'cancel') {
    return finish(exchange, provider, {
      error: 'access_denied',
      error_description: 'User did not authorize the request',
    });
  }
  const email = parseEmail(typed);
  if (email === null) return ask(exchange, interaction, typed, true);
  const user = findOrCreateUser(tenant.users, email);
  if (user.blocked) return finish(exchange, provider, { error: 'unauthorized', error_description: 'user is blocked' });
  return finish(exchange, provider, { login: { accountId: user.user_id, amr: ['otp'] } });
}

function ask(exchange: Exchange, interaction: Interaction, email: string, invalid: boolean): true {
  const languages = [parameter(interaction, 'ui_locales'), acceptedLanguages(exchange)];
  return sendPage(
    exchange,
    invalid ? 400 : 200,
    PAGE_HEADERS,
    loginPage({
      wording: wordingFor(languages.join(' ')),
      action: exchange.url.pathname,
      connection: parameter(interaction, 'connection'),
      email,
      invalid,
    }),
  );
}

async function finish(
  { request, response }: Exchange,
  provider: Provider,
  result: Parameters<Provider['interactionFinished']>[2],
): Promise<true> {
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  return true;
}

function parameter({ params }: Interaction, name: string): string {
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

/** The browser's languages in their order; the weights say nothing more. */
function acceptedLanguages({ request }: Exchange): string {
  return (request.headers['accept-language'] ?? '').replace(/;[^,]*/g, '').replace(/\s*,\s*/g, ' ');
}
