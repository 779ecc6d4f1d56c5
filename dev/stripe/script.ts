import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, Call } from './listen.ts';

const ROOT_PAGE = `<!doctype html><html lang="en"><title>Local stand-in for Stripe</title>
<h1>Local stand-in for Stripe</h1>
<p>This is not Stripe. It imitates the part of Stripe that the platform uses; no real card is ever charged.
See dev/README.md for its test cards and controls.</p></html>`;

/** Files for the browser. `/endive/stripe.js` is where the real script of this release train lives. */
const FILES: Record<string, [name: string, contentType: string]> = {
  '/stripe.js': ['stripe.js', 'text/javascript; charset=utf-8'],
  '/endive/stripe.js': ['stripe.js', 'text/javascript; charset=utf-8'],
  '/frame': ['frame.html', 'text/html; charset=utf-8'],
  '/frame.js': ['frame.js', 'text/javascript; charset=utf-8'],
  '/frame.css': ['frame.css', 'text/css; charset=utf-8'],
  '/three_d_secure': ['three_d_secure.html', 'text/html; charset=utf-8'],
  '/three_d_secure.js': ['three_d_secure.js', 'text/javascript; charset=utf-8'],
  '/three_d_secure.css': ['three_d_secure.css', 'text/css; charset=utf-8'],
};

const FRAME_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'";

/** Serves the imitation of Stripe.js, its frame for card numbers and the bank's page; null for any other path. */
export async function serveScript(call: Call): Promise<Answer | null> {
  if (call.method !== 'GET') return null;
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
  };
  if (call.url.pathname === '/') {
    return { status: 200, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body: ROOT_PAGE };
  }
  const file = FILES[call.url.pathname];
  if (file === undefined) return null;
  const [name, contentType] = file;
  const body = await readFile(join(import.meta.dirname, 'browser', name), 'utf8');
  const policy: Record<string, string> = name.endsWith('.html') ? { 'content-security-policy': FRAME_POLICY } : {};
  return { status: 200, headers: { ...headers, ...policy, 'content-type': contentType }, body };
}
