import { StackError } from '../process.ts';
import type { Target, WorkerTarget } from './target.ts';

/** Names that RFC 2606 keeps for examples: the repository ships with them, nobody can own them. */
const EXAMPLE = /(^|\.)example\.(com|net|org)$/;

/** What in the files still has to be replaced, each as `file: NAME = "value"`. */
export function placeholders(target: Target): string[] {
  const workers: WorkerTarget[] = [target.queues, target.api];
  if (target.storefront.kind === 'saas') workers.push(target.storefront);
  return workers.flatMap(({ config, vars, zones }) => [
    ...Object.entries(vars)
      .filter(([, value]) => EXAMPLE.test(value))
      .map(([name, value]) => `${config}: ${name} = "${value}"`),
    ...zones.filter((zone) => EXAMPLE.test(zone)).map((zone) => `${config}: zone_name = "${zone}"`),
  ]);
}

/**
 * Refuses a deployment that cannot work, before anything is built or sent.
 *
 * @throws StackError, one sentence, for a placeholder or a missing token.
 */
export function refuseUnready(target: Target, variables: NodeJS.ProcessEnv): void {
  const left = placeholders(target);
  if (left.length > 0) throw new StackError(`Put the real host in place of the example: ${left.join(', ')}.`);
  if ((variables['CLOUDFLARE_API_TOKEN'] ?? '') === '')
    throw new StackError('CLOUDFLARE_API_TOKEN is not set: see docs/deployment.md for the rights the token needs.');
}
