import { UsageError } from '../options.ts';
import { CONFIG_FILES } from '../runtime/config.ts';
import { ROOT } from '../runtime/root.ts';

/** Where a deployment goes. */
export type Environment = 'production' | 'staging';

/** How the storefront is served: a Pages project, or a Worker on a route for Cloudflare for SaaS. */
export type Storefront = 'pages' | 'saas';

const SAAS_CONFIG = 'web/saas.wrangler.toml';

/** The Pages project's production branch; every other branch is a preview, which speaks to staging. */
const BRANCHES = { production: 'main', staging: 'staging' } as const satisfies Record<Environment, string>;

/** One Worker of a deployment, as its wrangler.toml says for the environment. */
export interface WorkerTarget {
  /** Relative to the root. */
  readonly config: string;
  readonly name: string;
  readonly vars: Readonly<Record<string, string>>;
  /** Names of the secrets without which it does not work. */
  readonly secrets: readonly string[];
  /** Zones of its routes. */
  readonly zones: readonly string[];
}

/** All that one deployment touches. */
export interface Target {
  readonly environment: Environment;
  readonly queues: WorkerTarget;
  readonly api: WorkerTarget;
  readonly storefront:
    | { readonly kind: 'pages'; readonly name: string; readonly branch: string }
    | ({ readonly kind: 'saas' } & WorkerTarget);
}

/** @throws UsageError for any other word than an environment's name */
export function requireEnvironment(word: string): Environment {
  if (word === 'production' || word === 'staging') return word;
  throw new UsageError(`--env ${word} is not an environment: it is production or staging.`);
}

/** What a deployment to this environment consists of; read as wrangler itself reads the files. */
export async function readTarget(environment: Environment, kind: Storefront, root: string = ROOT): Promise<Target> {
  const read = (await import('wrangler')).unstable_readConfig as ReadConfig;
  const worker = (config: string): WorkerTarget =>
    reduce(config, read({ config: `${root}/${config}`, env: environment }, { hideWarnings: true }));
  // Of the Pages project only its name is needed, and reading a named environment would append that to it.
  const { name } = read({ config: `${root}/${CONFIG_FILES.web}` }, { hideWarnings: true });
  if (name === undefined) throw new TypeError(`${CONFIG_FILES.web} lacks a name`);
  return {
    environment,
    queues: worker(CONFIG_FILES.queues),
    api: worker(CONFIG_FILES.api),
    storefront: kind === 'saas' ? { kind, ...worker(SAAS_CONFIG) } : { kind, name, branch: BRANCHES[environment] },
  };
}

/** The fields read here; wrangler's own type of this leads to a package that is not published. */
interface WranglerConfig {
  readonly name?: string;
  readonly vars: Record<string, unknown>;
  readonly secrets?: { readonly required?: readonly string[] };
  readonly routes?: readonly (string | { readonly zone_name?: string })[];
}

type ReadConfig = (args: { config: string; env?: string }, options: { hideWarnings: boolean }) => WranglerConfig;

function reduce(file: string, { name, vars, secrets, routes = [] }: WranglerConfig): WorkerTarget {
  if (name === undefined) throw new TypeError(`${file} lacks a name`);
  return {
    config: file,
    name,
    vars: Object.fromEntries(Object.entries(vars).map(([key, value]) => [key, String(value)])),
    secrets: secrets?.required ?? [],
    zones: routes.flatMap((route) => (typeof route === 'string' ? [route] : [route.zone_name ?? ''])),
  };
}
