import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildStorefront, bundleWorker } from '../runtime/bundle.ts';
import { ROOT } from '../runtime/root.ts';
import { measureFiles, measureScript, type Size } from './size.ts';
import type { Target } from './target.ts';

/**
 * Builds what a deployment sends: both Workers by wrangler with the target's environment, the storefront by Vite.
 * wrangler reads the whole file on the way, so a mistake in it is found here.
 *
 * @returns the sizes of all parts.
 * @throws StackError with the tool's words when a build fails.
 */
export async function buildTarget({ environment, api, queues, storefront }: Target): Promise<Size[]> {
  const out = (part: string): string => join(ROOT, '.dev/deploy', environment, part);
  await rm(out(''), { recursive: true, force: true });
  await Promise.all([
    bundleWorker(ROOT, api.config, out('api'), environment),
    bundleWorker(ROOT, queues.config, out('queues'), environment),
    buildStorefront(ROOT),
  ]);
  // Its script is Vite's; wrangler only says whether it would take file and assets together.
  if (storefront.kind === 'saas') await bundleWorker(ROOT, storefront.config, out('web'), environment);
  return Promise.all([
    measureScript(api.name, join(out('api'), 'index.js')),
    measureScript(queues.name, join(out('queues'), 'index.js')),
    measureScript(`${storefront.name} script`, join(ROOT, 'web/dist/_worker.js')),
    measureFiles(`${storefront.name} assets`, join(ROOT, 'web/dist/assets')),
  ]);
}
