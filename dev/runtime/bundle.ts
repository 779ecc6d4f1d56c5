import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { run, StackError, type ChildOptions } from '../process.ts';
import { CONFIG_FILES } from './config.ts';
import { fingerprint } from './fingerprint.ts';
import { ROOT } from './root.ts';

/** Where the built Workers are; all paths absolute. */
export interface Bundles {
  /** The script; `index.js.map` lies beside it. */
  readonly api: string;
  readonly queues: string;
  readonly web: { readonly worker: string; readonly assets: string };
}

type Part = 'api' | 'queues' | 'web';

const SHARED = ['domain', 'package-lock.json', 'dev/runtime/bundle.ts'];
const INPUTS: Record<Part, readonly string[]> = {
  api: ['worker', 'drizzle', CONFIG_FILES.api, ...SHARED],
  queues: ['queues', 'drizzle', ...SHARED],
  // The storefront knows the API by its types and a few values beside them.
  web: ['web', 'worker', ...SHARED],
};

export interface BundleOptions {
  /** The checkout. */
  readonly root?: string;
  /** Leaves the API and the consumer unminified. */
  readonly readable?: boolean;
  readonly scripts?: Scripts | undefined;
}

/**
 * Other scripts than a Worker's wrangler.toml names, relative to the root: the Worker itself with something around it, to
 * measure or to disturb it by.
 */
export interface Scripts {
  readonly api?: string;
  readonly queues?: string;
}

/** Builds of earlier sources stay for a while: a running stack or a checkout of another branch may want them. */
const KEPT_BUILDS = 4;

/**
 * Builds all three Workers as a deployment would: the API and the consumer with wrangler, the storefront with Vite. A
 * part whose sources are those of an earlier build is taken from `.dev/build`, where each build has a folder of its own
 * that is never written again.
 *
 * @throws StackError with the compiler's words when a build fails.
 */
export async function bundleWorkers({
  root = ROOT,
  readable = false,
  scripts = {},
}: BundleOptions = {}): Promise<Bundles> {
  const worker = async (part: 'api' | 'queues'): Promise<string> => {
    const script = scripts[part];
    const name = `${part}${readable ? '-readable' : ''}${script === undefined ? '' : '-with-script'}`;
    const inputs = [...INPUTS[part], ...(script === undefined ? [] : [script])];
    const flags = [...(script === undefined ? [] : [join(root, script)]), ...(readable ? ['--minify=false'] : [])];
    const out = await build(root, name, inputs, (folder) => bundleWorker(root, CONFIG_FILES[part], folder, '', flags));
    return join(out, script === undefined ? 'index.js' : basename(script).replace(/\.ts$/, '.js'));
  };
  const [api, queues, web] = await Promise.all([
    worker('api'),
    worker('queues'),
    build(root, 'web', INPUTS.web, (out) => vite(root, out)),
  ]);
  return {
    api,
    queues,
    web: { worker: join(web, 'worker/_worker.js'), assets: join(web, 'assets') },
  };
}

async function build(
  root: string,
  name: string,
  inputs: readonly string[],
  make: (out: string) => Promise<void>,
): Promise<string> {
  const folder = join(root, '.dev/build');
  const out = join(folder, `${name}-${await fingerprint(root, inputs)}`);
  if (existsSync(out)) return out;
  await mkdir(folder, { recursive: true });
  // Threads of one process may build at once too.
  const draft = await mkdtemp(`${out}.`);
  try {
    await make(draft);
    if ((await readdir(draft)).length === 0) throw new Error('nothing was written');
    // Another process may have finished the same build meanwhile: then its folder stands, and it is as good.
    await rename(draft, out).catch((error: unknown) => {
      if (!existsSync(out)) throw error;
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new StackError(`The ${name} Worker cannot be built: ${cause}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forget(folder, name);
  return out;
}

async function forget(folder: string, kind: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => new RegExp(`^${kind}-[0-9a-f]{16}$`).test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  for (const { path } of aged.sort((a, b) => b.at - a.at).slice(KEPT_BUILDS)) await rm(path, { recursive: true });
}

function program(name: string, file: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
}

/** A test runner's NODE_ENV would build the libraries' development versions. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', CI: '1', WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0' };
}

/**
 * Runs wrangler in the checkout, with no prompts.
 *
 * @returns its standard output.
 * @throws StackError with the end of its output when it fails.
 */
export function runWrangler(root: string, args: readonly string[], options: ChildOptions = {}): Promise<string> {
  const env = { ...environment(), WRANGLER_LOG_PATH: join(root, '.dev/log') };
  return run(process.execPath, [program('wrangler', 'bin/wrangler.js'), ...args], { cwd: root, env, ...options });
}

/**
 * Bundles a Worker as a deployment to this environment would, into a folder.
 *
 * @param config the wrangler.toml, relative to the root.
 * @param environment of that file; by default its top level, which is for this machine.
 * @param flags more of wrangler's own, which go before what the file says.
 */
export async function bundleWorker(
  root: string,
  config: string,
  out: string,
  environment = '',
  flags: readonly string[] = [],
): Promise<void> {
  const args = ['deploy', '--dry-run', '--env', environment, '-c', join(root, config), '--outdir', out, ...flags];
  await runWrangler(root, args);
}

/** Builds the storefront into `web/dist`. */
export async function buildStorefront(root: string): Promise<void> {
  const args = ['build', '--app', '--logLevel', 'warn', '-c', join(root, 'web/vite.config.ts')];
  await run(process.execPath, [program('vite', 'bin/vite.js'), ...args], { cwd: root, env: environment() });
}

/** Pages never publishes the Worker's own script; keeping it apart from the assets gives the same here. */
async function vite(root: string, out: string): Promise<void> {
  await buildStorefront(root);
  const dist = join(root, 'web/dist');
  await mkdir(join(out, 'worker'));
  await cp(join(dist, '_worker.js'), join(out, 'worker/_worker.js'));
  if (existsSync(join(dist, '_worker.js.map')))
    await cp(join(dist, '_worker.js.map'), join(out, 'worker/_worker.js.map'));
  const own = new Set(['_worker.js', '_worker.js.map', '_routes.json', '_headers', '_redirects']);
  await cp(dist, join(out, 'assets'), {
    recursive: true,
    filter: (path) => dirname(path) !== dist || !own.has(path.slice(dist.length + 1)),
  });
}
