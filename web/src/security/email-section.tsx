import { Show, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { EmailLink } from '../sign-in/email-link.tsx';
import type { SecurityText } from '../text/en-security.ts';

/** The e-mail sign-in of the account, or the way to add one. */
export function EmailSection(props: { me: Me; text: SecurityText['ways'] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="email">
      <h2 id="email">{props.text.title}</h2>
      <Show
        when={props.me.email}
        fallback={
          <>
            <p class="muted">{props.text.none}</p>
            <EmailLink errand="join" second>
              {props.text.connect}
            </EmailLink>
          </>
        }
      >
        {(email) => (
          <>
            <p class="named">
              <strong class="wrap">{email()}</strong>
              <span class="chip" classList={{ 'chip-paid': props.me.email_verified }}>
                {props.me.email_verified ? props.text.verified : props.text.unverified}
              </span>
            </p>
            <p class="muted small">{props.text.note}</p>
          </>
        )}
      </Show>
    </section>
  );
}
