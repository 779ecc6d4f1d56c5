import { withSafeHeaders } from './serve/headers.ts';
import { refuse } from './serve/refuse.ts';
import { renderIcon } from './serve/render-icon.ts';
import { renderPage } from './serve/render-page.tsx';
import { readUpstream, type Upstream } from './serve/upstream.ts';

/** Bindings of this Worker: the API Worker, and the files of the deployment. */
export interface WebEnv {
  API: Upstream;
  ASSETS: Upstream;
}

/** What the API Worker answers itself, on every kind of host: its routes and the two probes. */
const isApi = (path: string): boolean => /^\/(api(\/.*)?|health\/?|ready\/?)$/.test(path);

/** Pages have no dot in their last part, files do. */
const isFile = (path: string): boolean => path.startsWith('/assets/') || /\.[^/]+$/.test(path);

/**
 * The entry of site hosts and of the platform host, for Pages (`_worker.js`) and for a Worker with static assets alike.
 * API requests pass through as they came, so each site is one origin and the API sees the visitor's host and address.
 */
export default {
  async fetch(request: Request, env: WebEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (isApi(pathname)) return env.API.fetch(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const { status } = await readUpstream(env.API, request, '/api/v1/site');
      return refuse(status === 421 ? 421 : 405);
    }
    if (pathname === '/icon.svg') return renderIcon(request, env.API);
    if (isFile(pathname)) return withSafeHeaders(await env.ASSETS.fetch(request));
    const page = await renderPage(request, env.API);
    return request.method === 'HEAD' ? new Response(null, page) : page;
  },
};
