import { StackError } from '../process.ts';
import type { Target, WorkerTarget } from './target.ts';

/** Secrets of a Worker that this deployment sets: name → value. */
export type SecretValues = Readonly<Record<string, string>>;

/** The names of the secrets that a deployed Worker has; none where there is no such Worker yet. */
export type ListSecrets = (worker: WorkerTarget) => Promise<readonly string[]>;

/**
 * The secrets that the environment gives for a Worker. One that it does not give stays as it is at Cloudflare; a
 * Worker's first deployment must therefore be given all.
 *
 * @throws StackError, one sentence, naming all that are neither given nor there.
 */
export async function collectSecrets(
  worker: WorkerTarget,
  variables: NodeJS.ProcessEnv,
  list: ListSecrets,
): Promise<SecretValues> {
  const given = Object.fromEntries(
    worker.secrets.flatMap((name) => {
      const value = variables[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
  const absent = worker.secrets.filter((name) => !Object.hasOwn(given, name));
  if (absent.length === 0) return given;
  const there = new Set(await list(worker));
  const missing = absent.filter((name) => !there.has(name));
  if (missing.length === 0) return given;
  throw new StackError(`${worker.name} lacks ${missing.join(', ')}: set them in the environment, see .env.example.`);
}

/**
 * Refuses Stripe keys of the other mode: a live key in staging would take real money, a test key in production none.
 *
 * @throws StackError, one sentence.
 */
export function refuseOtherMode({ api, environment }: Target, secrets: SecretValues): void {
  const mode = api.vars['STRIPE_LIVEMODE'] === 'true' ? 'live' : 'test';
  for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY']) {
    const value = secrets[name];
    if (value !== undefined && !value.includes(`_${mode}_`))
      throw new StackError(`${name} is not of Stripe's ${mode} mode, the one that ${environment} takes.`);
  }
}
