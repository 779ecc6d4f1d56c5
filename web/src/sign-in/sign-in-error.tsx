import { onMount, untrack, type JSX } from 'solid-js';
import { Refusal } from '../api/refusal.ts';
import { Notice } from '../part/notice.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { pathWithoutError } from './login-address.ts';

/**
 * Says why the e-mail sign-in that ended on this page failed, and takes the code out of the address, so that a
 * reload or a shared link does not say it again. `code` comes from the address: only a code we know has words.
 */
export function SignInError(props: { code: string }): JSX.Element {
  const words = useWords();
  const { text } = useSite();
  const isKnown = (code: string): boolean => [words.refusal, text.refusal].some((known) => Object.hasOwn(known, code));
  const code = untrack(() => (isKnown(props.code) ? props.code : 'auth.failed'));
  const refusal = new Refusal({ code, detail: '', status: 0, request_id: '' });
  onMount(() => history.replaceState(history.state, '', pathWithoutError(location)));
  return <Notice refusal={refusal} />;
}
