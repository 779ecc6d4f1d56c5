import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run, StackError } from '../process.ts';
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

/** Builds of earlier sources stay for a while: a running stack or a checkout of another branch may want them. */
const KEPT_BUILDS = 4;

/**
 * Builds all three Workers as a deployment would: the API and the consumer with wrangler, the storefront with Vite. A
 * part whose sources are those of an earlier build is taken from `.dev/build`, where each build has a folder of its own
 * that is never written again.
 *
 * @param root the checkout.
 * @throws StackError with the compiler's words when a build fails.
 */
export async function bundleWorkers(root: string = ROOT): Promise<Bundles> {
  const [api, queues, web] = await Promise.all([
    build(root, 'api', (out) => wrangler(root, CONFIG_FILES.api, out)),
    build(root, 'queues', (out) => wrangler(root, CONFIG_FILES.queues, out)),
    build(root, 'web', (out) => vite(root, out)),
  ]);
  return {
    api: join(api, 'index.js'),
    queues: join(queues, 'index.js'),
    web: { worker: join(web, 'worker/_worker.js'), assets: join(web, 'assets') },
  };
}

async function build(root: string, part: Part, make: (out: string) => Promise<void>): Promise<string> {
  const folder = join(root, '.dev/build');
  const out = join(folder, `${part}-${await fingerprint(root, INPUTS[part])}`);
  if (existsSync(out)) return out;
  const draft = `${out}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await make(draft);
    // Another process may have finished the same build meanwhile: then its folder stands, and it is as good.
    await rename(draft, out).catch((error: unknown) => {
      if (!existsSync(out)) throw error;
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new StackError(`The ${part} Worker cannot be built: ${cause}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forget(folder, part);
  return out;
}

async function forget(folder: string, part: Part): Promise<void> {
  const names = (await readdir(folder)).filter((name) => new RegExp(`^${part}-[0-9a-f]{16}$`).test(name));
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

async function wrangler(root: string, config: string, out: string): Promise<void> {
  const args = ['deploy', '--dry-run', '--env', '', '-c', join(root, config), '--outdir', out];
  const env = { ...environment(), WRANGLER_LOG_PATH: join(root, '.dev/log') };
  await run(process.execPath, [program('wrangler', 'bin/wrangler.js'), ...args], { cwd: root, env });
}

/** Pages never publishes the Worker's own script; keeping it apart from the assets gives the same here. */
async function vite(root: string, out: string): Promise<void> {
  const args = ['build', '--app', '--logLevel', 'warn', '-c', join(root, 'web/vite.config.ts')];
  await run(process.execPath, [program('vite', 'bin/vite.js'), ...args], { cwd: root, env: environment() });
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
