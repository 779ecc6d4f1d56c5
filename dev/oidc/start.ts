import { createServer } from 'node:http';
import type { Server } from 'node:http';
import Provider from 'oidc-provider';
import { portTaken } from '../port.ts';
import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';
import { MANAGEMENT_SCOPES } from './audience.ts';
import { configure } from './configuration.ts';
import { serveControl } from './control.ts';
import type { Exchange } from './exchange.ts';
import { breakRequest, noFaults } from './fault.ts';
import { loadSigningKeys } from './keys.ts';
import type { SigningKeys } from './keys.ts';
import { serveLogin } from './login.ts';
import { serveLogout } from './logout.ts';
import { serveManagement } from './management.ts';
import { managementAudience } from './tenant.ts';
import type { Api, Credential, MachineClient, Tenant, WebClient } from './tenant.ts';
import { toAuth0Answer } from './token.ts';
import { serveUserinfo } from './userinfo.ts';

/** What the stand-in needs to know. */
export interface OidcOptions {
  /** 0 or nothing: that of the last start if it is still free, else any free one. */
  port?: number;
  store: Store;
  web: readonly WebClient[];
  machines: readonly MachineClient[];
  /** The client that may use the Management API. */
  management: Credential;
  apis: readonly Api[];
}

/** A running stand-in. */
export interface OidcStandIn {
  /** Ends with a slash, as Auth0's does. */
  issuer: string;
  control: string;
  stop(): Promise<void>;
}

const ABOUT =
  'Local stand-in for Auth0. It is not Auth0; it believes whatever e-mail address it is told. See dev/README.md.';

/**
 * Starts a local OpenID provider with Auth0's paths and ways. Everything but the faults is in the store: who is signed
 * in stays so over a restart.
 *
 * @throws Error with one clear sentence when the port is taken
 */
export async function startOidc(options: OidcOptions): Promise<OidcStandIn> {
  const { store, web, apis, management } = options;
  let answer: (exchange: Exchange) => Promise<void> = () => Promise.resolve();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    answer({ request, response, method: request.method ?? 'GET', url }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  const port = await listen(server, options.port || (await lastPort(store)));
  openShelf<number>(store, 'oidc.port').put('last', port);
  const origin = `http://127.0.0.1:${port}`;
  const issuer = `${origin}/`;
  const grants = { [managementAudience(issuer)]: MANAGEMENT_SCOPES };
  const machines = [...options.machines, { ...management, grants }];
  answer = answerer(
    { issuer, store, users: openShelf(store, 'oidc.user'), web, machines, apis },
    await loadSigningKeys(store),
  );
  return {
    issuer,
    control: `${origin}/_control`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What answers every request: controls and Auth0's own endpoints first, then the OpenID provider. */
function answerer(tenant: Tenant, firstKeys: SigningKeys): (exchange: Exchange) => Promise<void> {
  const faults = noFaults();
  // oidc-provider takes its keys once, so other keys make another provider; all else is in the store.
  let provider = makeProvider(tenant, firstKeys);
  const useKeys = (keys: SigningKeys) => void (provider = makeProvider(tenant, keys));
  return async (exchange) => {
    const { request, response, url } = exchange;
    if (url.pathname === '/') return void response.writeHead(200, { 'content-type': 'text/plain' }).end(ABOUT);
    if (await serveControl(exchange, tenant, faults, useKeys)) return;
    if (breakRequest(exchange, faults)) return;
    if (await serveLogin(exchange, provider, tenant)) return;
    if (await serveLogout(exchange, provider, tenant)) return;
    if (await serveUserinfo(exchange, tenant)) return;
    if (await serveManagement(exchange, tenant)) return;
    await provider.callback()(request, response);
  };
}

function makeProvider(tenant: Tenant, keys: SigningKeys): Provider {
  const provider = new Provider(tenant.issuer, configure(tenant, keys));
  // The answer does not tell what went wrong inside.
  provider.on('server_error', (_, error) => {
    console.error('The stand-in for Auth0 failed:', error);
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== '/oauth/token') return;
    const { status, body } = toAuth0Answer(ctx.status, ctx.body);
    ctx.body = body;
    ctx.status = status;
  });
  return provider;
}

/** The issuer is in tokens and in databases, so it should not move from one start to the next. */
async function lastPort(store: Store): Promise<number> {
  const port = openShelf<number>(store, 'oidc.port').get('last') ?? 0;
  return port === 0 || (await portTaken(port)) ? 0 : port;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} is taken by another program.`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new TypeError('a TCP server has a port'));
      else resolve(address.port);
    });
  });
}
