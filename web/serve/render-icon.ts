import type { Site } from '../../worker/site/shape.ts';
import { brandIcon } from './brand.ts';
import { safeHeaders } from './headers.ts';
import { refuseAs } from './refuse.ts';
import { readUpstream, type Upstream } from './upstream.ts';

/** `GET /icon.svg`: the mark of the host's site, kept by browsers for an hour. */
export async function renderIcon(request: Request, api: Upstream): Promise<Response> {
  const { status, body } = await readUpstream(api, request, '/api/v1/site');
  if (status !== 200) return refuseAs(status);
  const site = body as Site;
  return new Response(request.method === 'HEAD' ? null : brandIcon(site.name, site.brand), {
    headers: {
      ...safeHeaders(),
      'Cache-Control': 'public, max-age=3600',
      'Content-Type': 'image/svg+xml',
      'Content-Security-Policy': "default-src 'none'",
    },
  });
}
