import type { OpenAPIHono } from '@hono/zod-openapi';
import type { App } from './env.ts';
import { checkHost } from './http/host.ts';
import { router } from './http/router.ts';

/** Serves the OpenAPI 3.1 document that the routes themselves declare. */
export function openapi(api: OpenAPIHono<App>): OpenAPIHono<App> {
  const documents = router();
  documents.get('/openapi.json', async (c) => {
    await checkHost(c.env, c.get('visitor'));
    return c.json(api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'POSX API', version: '1' } }));
  });
  return documents;
}
