import files from 'virtual:browser-files';
import type { PageData } from '../src/site/site-view.tsx';
import { languageOf } from '../src/text/locale.ts';
import { escapeHtml, escapeJson } from './escape.ts';

interface Parts {
  locale: string;
  title: string;
  description: string;
  nonce: string;
  /** Custom properties of the brand, already checked value by value. */
  style: string;
  /** Solid's own inline script, which records events until the page is taken over. */
  hydration: string;
  body: string;
  page: PageData;
}

/** The whole HTML document around a rendered page. Everything from a site's record is escaped here. */
export function writeDocument(parts: Parts): string {
  const text = files.texts[languageOf(parts.locale)];
  const preloads = [...files.imports, ...(text === undefined ? [] : [text])];
  return [
    `<!doctype html><html lang="${escapeHtml(parts.locale)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(parts.title)}</title>`,
    `<meta name="description" content="${escapeHtml(parts.description)}">`,
    '<link rel="icon" href="/icon.svg" type="image/svg+xml">',
    ...files.styles.map((file) => `<link rel="stylesheet" href="/${file}">`),
    `<style nonce="${parts.nonce}">${parts.style}</style>`,
    ...preloads.map((file) => `<link rel="modulepreload" href="/${file}" nonce="${parts.nonce}">`),
    parts.hydration,
    `<script type="module" src="/${files.script}" nonce="${parts.nonce}"></script>`,
    `</head><body><div id="app">${parts.body}</div>`,
    `<script type="application/json" id="page">${escapeJson(parts.page)}</script></body></html>`,
  ].join('');
}
