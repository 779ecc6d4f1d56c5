import { safeHeaders } from './headers.ts';

const WORDS = {
  405: ['Not possible here', 'This page can only be read.'],
  421: ['Nothing is served under this name', 'Check the address. No site on this platform uses it.'],
  429: ['Too many requests', 'Please wait a minute, then try again.'],
  503: ['Back in a moment', 'This site cannot be shown right now. Please try again in a minute.'],
} as const;

/** The refusal of a page that needs what the API answered with this status. */
export const refuseAs = (status: number): Response => refuse(status === 421 || status === 429 ? status : 503);

/** A small page without script or style for the cases in which no site can be rendered. */
export function refuse(status: keyof typeof WORDS): Response {
  const [title, sentence] = WORDS[status];
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title></head><body><main><h1>${title}</h1><p>${sentence}</p></main></body></html>`;
  return new Response(body, {
    status,
    headers: {
      ...safeHeaders(),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      ...(status === 503 ? { 'Retry-After': '30' } : {}),
      ...(status === 429 ? { 'Retry-After': '60' } : {}),
      ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    },
  });
}
