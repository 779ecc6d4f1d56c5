import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initDatabase, type RoleUrls } from '../drizzle/init.ts';
import { migrate } from '../drizzle/migrate.ts';
import { ROLES, urlVariable } from '../drizzle/role.ts';
import { seed, type SeedSite } from '../drizzle/seed.ts';
import { LOCAL_CHAIN } from './chain/accounts.ts';
import { deployTokens } from './chain/deploy.ts';
import { startChain, type Chain } from './chain/start.ts';
import { startControl } from './control.ts';
import { startCustody, type CustodyStandIn } from './custody/start.ts';
import { demoMachine, demoSites } from './demo/site.ts';
import type { StackDescription } from './description.ts';
import { localTenant, PLATFORM_AUDIENCE } from './oidc/local.ts';
import { startOidc, type OidcStandIn } from './oidc/start.ts';
import { startPassThrough, type PassThrough } from './pass_through.ts';
import { startNeonProxy, type NeonProxy } from './postgres/proxy.ts';
import { startPostgres } from './postgres/server.ts';
import { bundleWorkers, type Bundles, type Scripts } from './runtime/bundle.ts';
import type { WorkerLog } from './runtime/log.ts';
import { startWorkers, type Workers } from './runtime/workers.ts';
import { loadSecrets, type Secrets } from './secret.ts';
import { openStore } from './store.ts';
import { startStripe, type StripeStandIn } from './stripe/start.ts';

export interface StackOptions {
  /** Where data is kept between starts. */
  folder: string;
  /** Of the one origin all hosts share. */
  port: number;
  /** False gives up crash safety of the database for speed. */
  durable: boolean;
  /** Another PostgreSQL server than the embedded one: a connection that may create roles and databases. */
  databaseUrl?: string | undefined;
  /** How long the consumer waits to fill a batch; the production setting when not given. */
  queueTimeoutSeconds?: number;
  /** Of the local chain; a free one when not given. */
  chainPort?: number;
  /** Lends the pages a wallet with the demo accounts, for people without one. */
  demoWallet?: boolean;
  /**
   * Put before the scripts of the API and the consumer, to count what of them runs: they are then built readable, one
   * statement for each of the sources, and open a DevTools port.
   */
  prelude?: string;
  /** Other scripts for the Workers: a benchmark adds a route to compare with, a test loses what is in the queues. */
  scripts?: Scripts;
  /** Puts a server in front of the Stripe stand-in, by which the Workers' way to it can be cut. */
  cuttable?: boolean;
  /** Told every line the Workers write. */
  onLog?: (line: WorkerLog) => void;
  /** Told of each step as it begins. */
  onProgress?: (step: string) => void;
}

/** The whole platform, running. */
export interface Stack {
  description: StackDescription;
  proxy: NeonProxy;
  workers: Workers;
  bundles: Bundles;
  stripe: StripeStandIn;
  custody: CustodyStandIn;
  oidc: OidcStandIn;
  chain: Chain;
  /** In front of the Stripe stand-in, if asked for. */
  payments: PassThrough | undefined;
  /** Ends every part in reverse order. */
  stop(): Promise<void>;
}

const DATABASE = 'posx';

/**
 * Boots everything behind one port: the database and its Neon-compatible proxy, a local chain with the demo's tokens,
 * the stand-ins, and the three Workers. When a part fails, those before it are stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await last();
  };
  try {
    return await boot(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function boot(options: StackOptions, stops: (() => Promise<void> | void)[], stop: Stack['stop']): Promise<Stack> {
  const { folder, port, onProgress = () => undefined } = options;
  const keep = <Part extends { stop(): Promise<void> | void }>(part: Part): Part => {
    stops.push(() => part.stop());
    return part;
  };
  await mkdir(folder, { recursive: true });
  const secrets = await loadSecrets(folder);
  onProgress('building the Workers and the storefront');
  // Bundling and booting the database use different cores; a failed one must still leave the other stoppable.
  const bundling = bundleWorkers({ readable: options.prelude !== undefined, scripts: options.scripts });
  bundling.catch(() => undefined);
  onProgress('starting PostgreSQL');
  const database = await bootDatabase(options, secrets, keep);
  onProgress('starting the local chain');
  const chain = keep(await startChain({ stateFile: join(folder, 'chain.json'), port: options.chainPort ?? 0 }));
  await deployTokens(chain.rpcUrl);
  onProgress('starting the stand-ins for Stripe, Fireblocks and Auth0');
  const store = openStore(join(folder, 'standins.sqlite'));
  stops.push(() => store.close());
  const { stripe, custody, oidc } = await bootStandIns({ port, store, secrets, chain, keep });
  const payments = options.cuttable === true ? keep(await startPassThrough(stripe.url)) : undefined;
  const stripeApi = payments?.url ?? stripe.url;
  onProgress('starting the Workers');
  const bundles = await bundling;
  const workers = await startWorkers({
    port,
    bundles,
    bindings: bindingsOf({
      urls: database.urls,
      proxy: database.proxy,
      secrets,
      stripe,
      stripeApi,
      custody,
      oidc,
      chain,
    }),
    demoWallet: options.demoWallet ?? false,
    ...(options.prelude === undefined ? {} : { prelude: options.prelude, inspector: true }),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    ...(options.queueTimeoutSeconds === undefined ? {} : { queueTimeoutSeconds: options.queueTimeoutSeconds }),
  });
  stops.push(() => workers.dispose());
  const control = keep(await startControl(workers, database.proxy));
  const description = describe({ folder, port, database, secrets, stripe, custody, oidc, chain, control: control.url });
  const file = join(folder, 'stack.json');
  await writeFile(file, JSON.stringify(description, null, 2), { mode: 0o600 });
  stops.push(() => rm(file, { force: true }));
  return { description, proxy: database.proxy, workers, bundles, stripe, custody, oidc, chain, payments, stop };
}

type Keep = <Part extends { stop(): Promise<void> | void }>(part: Part) => Part;

interface BootedDatabase {
  urls: RoleUrls;
  superuserUrl: string;
  proxy: NeonProxy;
}

async function bootDatabase(options: StackOptions, secrets: Secrets, keep: Keep): Promise<BootedDatabase> {
  const { folder, durable, databaseUrl, onProgress } = options;
  const superuserUrl =
    databaseUrl ?? keep(await startPostgres({ dataDir: join(folder, 'postgres'), durable })).superuserUrl;
  const urls = roleUrls(superuserUrl, secrets);
  onProgress?.('migrating and seeding the database');
  await initDatabase(superuserUrl, urls);
  await migrate(urls.posx_owner);
  const machines = demoMachine(secrets.oidc.machine.clientId);
  await seed(
    urls.posx_owner,
    demoSites.map((each) => (each.site.code === 'na' ? { ...each, machines } : each)),
  );
  return { urls, superuserUrl, proxy: keep(await startNeonProxy({ serverUrl: superuserUrl })) };
}

/** The seven roles' connections to a server, with the folder's passwords. */
export function roleUrls(serverUrl: string, secrets: Secrets): RoleUrls {
  const urlOf = (role: (typeof ROLES)[number]) => {
    const url = new URL(serverUrl);
    url.username = role;
    url.password = secrets.passwords[role];
    url.pathname = `/${DATABASE}`;
    return url.href;
  };
  return Object.fromEntries(ROLES.map((role) => [role, urlOf(role)])) as RoleUrls;
}

const PLATFORM_HOST = 'platform.localhost';
const WEBHOOK_PATH = '/api/v1/webhooks';

async function bootStandIns(with_: {
  port: number;
  store: ReturnType<typeof openStore>;
  secrets: Secrets;
  chain: Chain;
  keep: Keep;
}) {
  const { port, store, secrets, chain, keep } = with_;
  const webhook = (provider: string) => ({
    url: `http://127.0.0.1:${port}${WEBHOOK_PATH}/${provider}`,
    host: `${PLATFORM_HOST}:${port}`,
  });
  const stripe = keep(
    await startStripe({
      store,
      webhook: { ...webhook('stripe'), secret: secrets.stripe.webhookSecret },
      secretKey: secrets.stripe.secretKey,
      publishableKey: secrets.stripe.publishableKey,
      accounts: demoSites.flatMap(({ accounts }) => accounts.map(({ account }) => account)),
    }),
  );
  const { tokens, vaults } = LOCAL_CHAIN;
  const custody = keep(
    await startCustody({
      store,
      chain,
      apiKey: secrets.custody.apiKey,
      apiPublicKey: secrets.custody.publicKey,
      vaults: (['na', 'asia'] as const).map((site) => ({
        ...vaults[site],
        assets: { [tokens[site].assetId]: { tokenAddress: tokens[site].address, decimals: tokens[site].decimals } },
      })),
      webhook: webhook('fireblocks'),
    }),
  );
  const oidc = keep(await startOidc({ store, ...localTenant(`http://${PLATFORM_HOST}:${port}`, secrets.oidc) }));
  return { stripe, custody, oidc };
}

interface Parts {
  urls: RoleUrls;
  proxy: NeonProxy;
  secrets: Secrets;
  stripe: StripeStandIn;
  /** Where the Workers reach Stripe's API. */
  stripeApi: string;
  custody: CustodyStandIn;
  oidc: OidcStandIn;
  chain: Chain;
}

/** Variables of the Workers: the same names that production sets as vars and secrets. */
function bindingsOf({ urls, proxy, secrets, stripe, stripeApi, custody, oidc, chain }: Parts) {
  const databases = (roles: readonly (typeof ROLES)[number][]) =>
    Object.fromEntries(roles.map((role) => [urlVariable(role), urls[role]]));
  return {
    api: {
      PLATFORM_HOST,
      ...databases(['posx_app', 'posx_operator', 'posx_readonly', 'posx_admin']),
      NEON_ENDPOINT: proxy.url,
      STRIPE_SECRET_KEY: secrets.stripe.secretKey,
      STRIPE_PUBLISHABLE_KEY: secrets.stripe.publishableKey,
      STRIPE_WEBHOOK_SECRETS: secrets.stripe.webhookSecret,
      STRIPE_LIVEMODE: 'false',
      STRIPE_API_URL: stripeApi,
      STRIPE_SCRIPT_URL: `${stripe.url}/stripe.js`,
      FIREBLOCKS_JWKS_URL: custody.jwksUrl,
      AUTH0_ISSUER: oidc.issuer,
      AUTH0_AUDIENCE: PLATFORM_AUDIENCE,
      AUTH0_CLIENT_ID: secrets.oidc.web.clientId,
      AUTH0_CLIENT_SECRET: secrets.oidc.web.clientSecret,
      AUTH0_SITE_CLIENTS: JSON.stringify({ [secrets.oidc.site.clientId]: secrets.oidc.site.clientSecret }),
      AUTH0_MANAGEMENT_CLIENT_ID: secrets.oidc.management.clientId,
      AUTH0_MANAGEMENT_CLIENT_SECRET: secrets.oidc.management.clientSecret,
      SIGN_IN_KEY: secrets.signInKey,
      DATA_KEY_1: secrets.dataKey,
      CHAIN_RPC_URLS: JSON.stringify({ [chain.chainId]: chain.rpcUrl }),
    },
    queues: {
      ...databases(['posx_queue', 'posx_sweep']),
      NEON_ENDPOINT: proxy.url,
      STRIPE_SECRET_KEY: secrets.stripe.secretKey,
      STRIPE_API_URL: stripeApi,
      FIREBLOCKS_API_KEY: secrets.custody.apiKey,
      FIREBLOCKS_SECRET_KEY: secrets.custody.privateKey,
      FIREBLOCKS_API_URL: custody.url,
      DATA_KEY_1: secrets.dataKey,
    },
    web: {},
  };
}

function describe(parts: {
  folder: string;
  port: number;
  database: BootedDatabase;
  secrets: Secrets;
  stripe: StripeStandIn;
  custody: CustodyStandIn;
  oidc: OidcStandIn;
  chain: Chain;
  control: string;
}): StackDescription {
  const { folder, port, database, secrets, stripe, custody, oidc, chain } = parts;
  const { posx_owner, posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep } = database.urls;
  const urlOf = (host: string) => `http://${host}:${port}`;
  return {
    pid: process.pid,
    folder,
    sites: demoSites.flatMap(({ site, domains, accounts }) =>
      describeSite(site, domains[0]?.hostname, accounts[0]?.account, urlOf),
    ),
    platform: { url: urlOf(PLATFORM_HOST) },
    api: `${urlOf('127.0.0.1')}/api/v1`,
    control: parts.control,
    database: {
      superuser: database.superuserUrl,
      owner: posx_owner,
      app: posx_app,
      operator: posx_operator,
      readonly: posx_readonly,
      admin: posx_admin,
      queue: posx_queue,
      sweep: posx_sweep,
      endpoint: database.proxy.url,
    },
    stripe: { ...secrets.stripe, url: stripe.url, control: `${stripe.url}/_control` },
    custody: { url: custody.url, control: `${custody.url}/_control` },
    oidc: { issuer: oidc.issuer, control: oidc.control, audience: PLATFORM_AUDIENCE, clients: secrets.oidc },
    chain: { rpc: chain.rpcUrl, chainId: chain.chainId },
    demo: {
      buyers: [...LOCAL_CHAIN.demo.buyers],
      agents: LOCAL_CHAIN.demo.agents.map((agent) => ({ ...agent, referralCodes: referralCodes(agent.address) })),
      operators: [...LOCAL_CHAIN.demo.operators],
    },
  };
}

function describeSite(
  site: SeedSite['site'],
  hostname: string | undefined,
  account: string | undefined,
  urlOf: (host: string) => string,
): StackDescription['sites'] {
  const { code, kind, tokenAddress, tokenDecimals, vaultAddress } = site;
  if (kind !== 'site' || hostname === undefined || tokenAddress == null || tokenDecimals == null) return [];
  const url = urlOf(hostname);
  return [
    { code, url, token: tokenAddress, decimals: tokenDecimals, vault: vaultAddress ?? '', account: account ?? null },
  ];
}

function referralCodes(address: string): Record<string, string> {
  return Object.fromEntries(
    demoSites.flatMap(({ site, people }) =>
      people.filter((person) => person.address === address).map((person) => [site.code, person.referralCode]),
    ),
  );
}
