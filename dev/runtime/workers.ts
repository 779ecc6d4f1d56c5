import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { requirePort } from '../port.ts';
import { onExit } from '../process.ts';
import { walletFront } from '../wallet/front.ts';
import type { Bundles } from './bundle.ts';
import { readConfigs } from './config.ts';
import type { Consumer, WorkerConfig } from './config.ts';
import { LogBook } from './log.ts';
import type { WorkerLog } from './log.ts';
import { ROOT } from './root.ts';
import { guardRuntime, keepSignals } from './workerd.ts';

/** What the three Workers are started with. */
export interface WorkersOptions {
  /** The one port, on 127.0.0.1. */
  readonly port: number;
  readonly bundles: Bundles;
  /** Variables and secrets of each Worker; they go before the `vars` of its wrangler.toml. */
  readonly bindings: Record<'api' | 'queues' | 'web', Record<string, string>>;
  /** Overrides every consumer's max_batch_timeout: the time a message waits for company. Fractions are allowed. */
  readonly queueTimeoutSeconds?: number;
  /** Lends the pages a wallet with the demo accounts, by a Worker in front of the storefront. */
  readonly demoWallet?: boolean;
  /** Opens a DevTools port. */
  readonly inspector?: boolean;
  /** Put before the scripts of the API and the consumer, on their first line. */
  readonly prelude?: string;
  /** Called for every line that a Worker or the runtime writes. */
  readonly onLog?: (line: WorkerLog) => void;
  /** The checkout whose wrangler.toml files count. */
  readonly root?: string;
}

/** A message for a consumer called directly. */
export interface QueueMessage {
  readonly id: string;
  readonly body: unknown;
  /** 1 by default. */
  readonly attempts?: number;
}

/** What a consumer decided about a batch. */
export interface QueueResult {
  readonly outcome: string;
  readonly ackAll: boolean;
  readonly retryBatch: { readonly retry: boolean; readonly delaySeconds?: number };
  readonly explicitAcks: readonly string[];
  readonly retryMessages: readonly { readonly msgId: string; readonly delaySeconds?: number }[];
}

/** The running Workers. */
export interface Workers {
  readonly url: string;
  readonly inspectorUrl: string | undefined;
  /** Fires a cron of the consumer Worker. @throws Error when its handler throws. */
  scheduled(cron: string): Promise<void>;
  /** Gives messages to the consumer past the queue, and tells what it decided. */
  queue(name: string, messages: readonly QueueMessage[]): Promise<QueueResult>;
  /** The newest lines, oldest first, at most 2,000. */
  logs(): readonly WorkerLog[];
  /** Stops the runtime and frees the port. May be called twice. */
  dispose(): Promise<void>;
}

/**
 * Boots the storefront, the API and the consumer in one local runtime behind one port. Every request enters through
 * the storefront, as on Pages; host and `CF-Connecting-IP` reach the API as the client sent them.
 *
 * @throws StackError when the port is taken.
 */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const port = await requirePort(options.port, 'the platform');
  const { api, queues, web } = await readConfigs(options.root ?? ROOT);
  const { bundles, bindings, inspector = false } = options;
  const log = new LogBook(options.onLog);
  const assets = {
    directory: bundles.web.assets,
    binding: 'ASSETS',
    routerConfig: { invoke_user_worker_ahead_of_assets: true, has_user_worker: true },
  };
  const runtime = await boot({
    host: '127.0.0.1',
    port,
    cf: false,
    log,
    handleStructuredLogs: (line) => log.add(line.level, line.message),
    handleUncaughtError: (error) => log.add('error', error.stack ?? error.message),
    ...(inspector ? { inspectorPort: 0, inspectorHost: '127.0.0.1' } : {}),
    // The first one is asked.
    workers: [
      ...(options.demoWallet === true ? [await walletFront(web)] : []),
      { ...(await worker(web, bundles.web.worker, bindings.web, { ...options, prelude: '' })), assets },
      await worker(api, bundles.api, bindings.api, options),
      await worker(queues, bundles.queues, bindings.queues, options),
    ],
  });
  let disposing: Promise<void> | undefined;
  const dispose = (): Promise<void> => (disposing ??= runtime.dispose().finally(release));
  const release = onExit(dispose);
  return {
    url: `http://127.0.0.1:${port}`,
    inspectorUrl: inspector ? (await runtime.getInspectorURL()).href : undefined,
    ...handlers(runtime, queues.name),
    logs: () => log.lines(),
    dispose,
  };
}

/** Only the old shape of options names Workers and their bindings in one place; the runtime converts it. */
function boot(options: Parameters<typeof convertV4MiniflareOptions>[0]): Promise<Miniflare> {
  return guardRuntime(async () => {
    const runtime = keepSignals(() => new Miniflare(convertV4MiniflareOptions(options)));
    try {
      await runtime.ready;
      return runtime;
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  });
}

async function worker(
  config: WorkerConfig,
  script: string,
  bindings: Record<string, string>,
  { queueTimeoutSeconds, inspector = false, prelude = '' }: WorkersOptions,
) {
  const timeout = queueTimeoutSeconds === undefined ? {} : { maxBatchTimeout: queueTimeoutSeconds };
  const patient = (consumer: Consumer): Consumer => ({ ...consumer, ...timeout });
  return {
    name: config.name,
    modules: [{ type: 'ESModule' as const, path: script, contents: prelude + (await readFile(script, 'utf8')) }],
    modulesRoot: dirname(script),
    compatibilityDate: config.compatibilityDate,
    compatibilityFlags: config.compatibilityFlags,
    bindings: { ...config.vars, ...bindings },
    serviceBindings: config.services,
    queueProducers: config.producers,
    queueConsumers: Object.fromEntries(Object.entries(config.consumers).map(([name, value]) => [name, patient(value)])),
    ratelimits: config.rateLimits,
    unsafeInspectorProxy: inspector,
  };
}

function handlers(runtime: Miniflare, name: string): Pick<Workers, 'scheduled' | 'queue'> {
  return {
    async scheduled(cron) {
      const target = await runtime.getWorker(name);
      const { outcome } = await target.scheduled({ cron, scheduledTime: new Date() });
      if (outcome !== 'ok') throw new Error(`the cron ${cron} of ${name} ended with ${outcome}`);
    },
    async queue(queueName, messages) {
      const target = await runtime.getWorker(name);
      const timestamp = new Date();
      const batch = messages.map(({ id, body, attempts = 1 }) => ({ id, body, attempts, timestamp }));
      return target.queue(queueName, batch);
    },
  };
}
