import { createHash } from 'node:crypto';
import type { Wording } from './wording.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { width: min(22rem, 100vw - 4rem); padding: 2rem; border: 1px solid GrayText; border-radius: .75rem }
h1 { margin: 0 0 1rem; font-size: 1.5rem }
label { display: block; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; padding: .6rem .75rem; margin-top: .5rem; font: inherit; border-radius: .4rem }
input { border: 1px solid GrayText }
button { border: 1px solid transparent; background: #1f5fbf; color: #fff; font-weight: 600; cursor: pointer }
button.quiet { background: transparent; color: inherit; border-color: GrayText }
[role=alert] { margin: .5rem 0 0; color: light-dark(#a80000, #ff9a9a) }
.note { margin: 1.5rem 0 0; font-size: .875rem }`;

/**
 * Headers of a page. `form-action` is left out: Chromium applies it to the redirects after a form as well, and the
 * last one leads to the site.
 */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
};

/** What the login page shows. */
export interface LoginView {
  wording: Wording;
  /** Where the form goes. */
  action: string;
  email: string;
  /** The connection that the application asks for, or an empty string. */
  connection: string;
  invalid: boolean;
}

/** The form that asks who somebody is. */
export function loginPage({ wording, action, email, connection, invalid }: LoginView): string {
  const alert = invalid ? `<p role="alert" id="problem">${wording.invalid}</p>` : '';
  const asked = connection === '' ? '' : `<br>${wording.connection}: <code>${escape(connection)}</code>`;
  return page(
    wording.lang,
    wording.title,
    `<form method="post" action="${escape(action)}" novalidate>
<label for="email">${wording.email}</label>
<input id="email" name="email" type="email" value="${escape(email)}" autocomplete="username" autofocus${invalid ? ' aria-invalid="true" aria-describedby="problem"' : ''}>
${alert}
<button name="action" value="continue">${wording.proceed}</button>
<button name="action" value="cancel" class="quiet">${wording.cancel}</button>
</form>
<p class="note">${wording.standIn}${asked}</p>`,
  );
}

/** What a person sees when there is no application to send them back to. */
export function failurePage(error: string, description: string): string {
  return page('en', 'This sign-in cannot go on', `<p><code>${escape(error)}</code></p><p>${escape(description)}</p>`);
}

function page(lang: string, title: string, content: string): string {
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${content}
</main></body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
