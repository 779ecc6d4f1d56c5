import { actFor } from './book.ts';
import type { Book } from './book.ts';
import { decodeForm, textOf } from './form.ts';
import type { Answer, Call } from './listen.ts';
import { finishAuthentication } from './three_d_secure.ts';

/**
 * What the buttons on the imitated bank's page do. Whoever knows the client secret is the buyer; who presses twice, or
 * too late, only learns how things stand.
 *
 * @returns where the buyer goes on, if the buyer came by a redirect; null if it is another request
 */
export function answerChallenge(call: Call, book: Book): Answer | null {
  if (call.method !== 'POST' || call.url.pathname !== '/three_d_secure') return null;
  const form = decodeForm(call.body);
  const [secret = '', outcome] = [textOf(form, 'client_secret'), textOf(form, 'outcome')];
  const owned = book.intents.get(secret.split('_secret_', 1)[0] ?? '');
  if (owned?.object.client_secret !== secret || (outcome !== 'complete' && outcome !== 'fail')) {
    return { status: 404, body: { message: 'There is nothing to authenticate.' } };
  }
  const intent = owned.object;
  const backTo = intent.next_action?.redirect_to_url?.return_url;
  const isOpen = intent.status === 'requires_action';
  const ended = isOpen ? book.store.commit(() => finishAuthentication(book, actFor(owned), intent, outcome)) : intent;
  return { status: 200, body: { status: ended.status, return_url: backTo == null ? null : back(backTo) } };

  function back(returnUrl: string): string {
    const url = new URL(returnUrl);
    url.searchParams.set('payment_intent', ended.id);
    url.searchParams.set('payment_intent_client_secret', secret);
    url.searchParams.set('redirect_status', ended.status === 'requires_payment_method' ? 'failed' : ended.status);
    return url.href;
  }
}
