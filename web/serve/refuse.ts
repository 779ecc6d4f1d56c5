import { safeHeaders } from './headers.ts';

const WORDS: Record<number, [title: string, sentence: string]> = {
  405: ['Not possible here', 'This page can only be read.'],
  421: ['Nothing is served under this name', 'Check the address. No site on this platform uses it.'],
  503: ['Back in a moment', 'This site cannot be shown right now. Please try again in a minute.'],
};

/** A small page without script or style for the cases in which no site can be rendered. */
export function refuse(status: 405 | 421 | 503): Response {
  const [title, sentence] = WORDS[status] ?? ['', ''];
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title></head><body><main><h1>${title}</h1><p>${sentence}</p></main></body></html>`;
  return new Response(body, {
    status,
    headers: {
      ...safeHeaders(),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      ...(status === 503 ? { 'Retry-After': '30' } : {}),
      ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    },
  });
}
