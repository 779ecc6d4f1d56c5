import type { Target, WorkerTarget } from './target.ts';

/** One call of wrangler. */
export interface Step {
  /** What is deployed, for the person at the terminal. */
  readonly what: string;
  readonly args: readonly string[];
  /** Relative to the root; a Pages project's file is only read from its own folder. */
  readonly folder: '.' | 'web';
  /** The Worker whose secrets go along. */
  readonly worker?: WorkerTarget;
}

/**
 * The deployment, in order: the consumer understands a new message before the API sends one, and the API answers a new
 * request before a page makes one. The other way round a release would have a minute in which work is refused.
 */
export function stepsOf({ environment, queues, api, storefront }: Target): Step[] {
  const deploy = (worker: WorkerTarget, what: string): Step => ({
    what: `${what} ${worker.name}`,
    args: ['deploy', '--env', environment, '-c', worker.config],
    folder: '.',
    worker,
  });
  return [
    deploy(queues, 'the consumer'),
    deploy(api, 'the API'),
    storefront.kind === 'saas'
      ? deploy(storefront, 'the storefront (Worker)')
      : {
          what: `the storefront (Pages, branch ${storefront.branch}) ${storefront.name}`,
          // Vite has built the script whole: what is measured is what is sent.
          args: [
            ...['pages', 'deploy', 'dist', '--project-name', storefront.name, '--branch', storefront.branch],
            ...['--no-bundle', '--commit-dirty=true'],
          ],
          folder: 'web',
        },
  ];
}

/** The last line of a deployment, or of one that was only tried. */
export function summary(target: Target, done: 'deployed' | 'would deploy'): string {
  const parts = stepsOf(target).map(({ what }) => what);
  return `${done} to ${target.environment}: ${parts.join(', ')}`;
}
