import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTarget } from './deploy/build.ts';
import { placeholders, refuseUnready } from './deploy/refuse.ts';
import { collectSecrets, refuseOtherMode, type SecretValues } from './deploy/secret.ts';
import { sizeTable } from './deploy/size.ts';
import { stepsOf, summary, type Step } from './deploy/step.ts';
import { readTarget, requireEnvironment, type Target, type WorkerTarget } from './deploy/target.ts';
import { readOptions } from './options.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';
import { runWrangler } from './runtime/bundle.ts';
import { ROOT } from './runtime/root.ts';

/** `npm run deploy [-- --env staging|production --dry-run --saas]`: both Workers and the storefront to Cloudflare. */
runCommand(async () => {
  const values = readOptions({
    env: { type: 'string', default: 'production' },
    'dry-run': { type: 'boolean', default: false },
    saas: { type: 'boolean', default: false },
  });
  const target = await readTarget(requireEnvironment(values.env), values.saas ? 'saas' : 'pages');
  if (values['dry-run']) {
    console.log(sizeTable(await buildTarget(target)));
    for (const each of placeholders(target)) console.log(`a deployment will refuse the example in ${each}`);
    console.log(summary(target, 'would deploy'));
    return;
  }
  refuseUnready(target, process.env);
  // Everything is checked and built before the first Worker changes.
  const secrets = await secretsOf(target);
  console.log(sizeTable(await buildTarget(target)));
  await hideScript(target);
  for (const step of stepsOf(target)) await take(step, secrets);
  console.log(summary(target, 'deployed'));
});

async function secretsOf(target: Target): Promise<Map<string, SecretValues>> {
  const secrets = new Map<string, SecretValues>();
  for (const worker of [target.queues, target.api]) {
    const list = (each: WorkerTarget): Promise<string[]> => listSecrets(target, each);
    const values = await collectSecrets(worker, process.env, list);
    refuseOtherMode(target, values);
    secrets.set(worker.name, values);
  }
  return secrets;
}

/** Only names ever leave Cloudflare. */
async function listSecrets({ environment }: Target, { config }: WorkerTarget): Promise<string[]> {
  try {
    const text = await runWrangler(ROOT, ['secret', 'list', '--env', environment, '-c', config, '--format', 'json']);
    return (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
  } catch (error) {
    // Before its first deployment a Worker is unknown, and so has no secret.
    if (error instanceof StackError && /Worker "[^"]+"[^\n]* not found/.test(error.message)) return [];
    throw error;
  }
}

/** Pages knows what of the folder is not an asset; a Worker must be told, or wrangler refuses to publish its script. */
async function hideScript({ storefront }: Target): Promise<void> {
  const file = join(ROOT, 'web/dist/.assetsignore');
  if (storefront.kind === 'saas') await writeFile(file, '_worker.js\n_routes.json\n');
  else await rm(file, { force: true });
}

/** The values reach wrangler by a file that only this account may read, and that goes at once. */
async function take({ what, args, folder, worker }: Step, secrets: Map<string, SecretValues>): Promise<void> {
  console.log(`deploying ${what} …`);
  const values = worker === undefined ? {} : (secrets.get(worker.name) ?? {});
  const folderOfSecrets = await mkdtemp(join(tmpdir(), 'posx-deploy-'));
  try {
    const file = join(folderOfSecrets, 'secrets.json');
    const withSecrets = Object.keys(values).length === 0 ? [] : ['--secrets-file', file];
    if (withSecrets.length > 0) await writeFile(file, JSON.stringify(values), { mode: 0o600 });
    await runWrangler(ROOT, [...args, ...withSecrets], {
      cwd: join(ROOT, folder),
      onOutput: (text) => void process.stdout.write(text),
    }).catch((error: unknown) => {
      throw new StackError(`Stopped: ${what} was not deployed, wrangler says why above. What came before it stays.`, {
        cause: error,
      });
    });
  } finally {
    await rm(folderOfSecrets, { recursive: true, force: true });
  }
}
