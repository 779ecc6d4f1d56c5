import type { JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { Copy } from '../part/copy.tsx';
import { useWords } from '../text/words.tsx';

/** The buyer's own link, ready to be shared. */
export function Referral(props: { referral: NonNullable<Me['referral']> }): JSX.Element {
  const words = useWords();
  return (
    <section class="card" aria-labelledby="referral">
      <h2 id="referral">{words.account.referral}</h2>
      <p class="muted">{words.account.referralNote}</p>
      <div class="share">
        <code class="wrap">{props.referral.url}</code>
        <Copy value={props.referral.url} label={words.account.copyLink} />
      </div>
    </section>
  );
}
