import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.ts';

/** How a queue's consumer is fed, in the words of Miniflare. */
export interface Consumer {
  readonly maxBatchSize?: number;
  /** Seconds. */
  readonly maxBatchTimeout?: number;
  readonly maxRetries?: number;
  /** Seconds. */
  readonly retryDelay?: number;
  readonly deadLetterQueue?: string;
}

/** What the local runtime takes from a Worker's wrangler.toml. */
export interface WorkerConfig {
  readonly name: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
  readonly vars: Record<string, string>;
  readonly crons: string[];
  /** Binding → queue. */
  readonly producers: Record<string, string>;
  /** Queue → how it is consumed. */
  readonly consumers: Record<string, Consumer>;
  /** Binding → Worker. */
  readonly services: Record<string, string>;
  readonly rateLimits: Record<string, { namespace_id: string; simple: { limit: number; period: 10 | 60 } }>;
}

/** The three Workers' files, relative to the root. */
export const CONFIG_FILES = { api: 'wrangler.toml', queues: 'queues/wrangler.toml', web: 'web/wrangler.toml' } as const;

/** The configuration of each Worker. */
export type WorkerConfigs = Record<keyof typeof CONFIG_FILES, WorkerConfig>;

/**
 * Reads the three wrangler.toml files as wrangler itself does, top level only: what `env.production` says is not for
 * this machine. Kept in `.dev/build`, because loading wrangler costs as much as booting all three Workers.
 */
export async function readConfigs(root: string): Promise<WorkerConfigs> {
  const inputs = [...Object.values(CONFIG_FILES), 'package-lock.json', 'dev/runtime/config.ts'];
  const folder = join(root, '.dev/build');
  const kept = join(folder, `config-${await fingerprint(root, inputs)}.json`);
  const text = await readFile(kept, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as WorkerConfigs;
  const read = (await import('wrangler')).unstable_readConfig as ReadConfig;
  const one = (file: string): WorkerConfig => reduce(file, read({ config: join(root, file) }, { hideWarnings: true }));
  const configs = { api: one(CONFIG_FILES.api), queues: one(CONFIG_FILES.queues), web: one(CONFIG_FILES.web) };
  await mkdir(folder, { recursive: true });
  await writeFile(`${kept}.${process.pid}`, JSON.stringify(configs, null, 2));
  await rename(`${kept}.${process.pid}`, kept);
  return configs;
}

/** Wrangler's own types of this lead to a package that is not published; these are the fields read here. */
interface WranglerConfig {
  readonly name?: string;
  readonly compatibility_date?: string;
  readonly compatibility_flags: string[];
  readonly vars: Record<string, unknown>;
  readonly triggers: { readonly crons?: string[] };
  readonly queues: {
    readonly producers?: readonly { readonly binding: string; readonly queue: string }[];
    readonly consumers?: readonly {
      readonly queue: string;
      readonly max_batch_size?: number;
      readonly max_batch_timeout?: number;
      readonly max_retries?: number;
      readonly retry_delay?: number;
      readonly dead_letter_queue?: string;
    }[];
  };
  readonly services?: readonly { readonly binding: string; readonly service: string }[];
  readonly ratelimits: readonly ({ readonly name: string } & WorkerConfig['rateLimits'][string])[];
}

type ReadConfig = (args: { config: string }, options: { hideWarnings: boolean }) => WranglerConfig;

function reduce(file: string, config: WranglerConfig): WorkerConfig {
  const { name, compatibility_date: date } = config;
  if (name === undefined || date === undefined) {
    throw new TypeError(`${file} lacks a name or a compatibility_date`);
  }
  return {
    name,
    compatibilityDate: date,
    compatibilityFlags: config.compatibility_flags,
    vars: Object.fromEntries(Object.entries(config.vars).map(([key, value]) => [key, String(value)])),
    crons: config.triggers.crons ?? [],
    producers: Object.fromEntries((config.queues.producers ?? []).map(({ binding, queue }) => [binding, queue])),
    consumers: Object.fromEntries(
      (config.queues.consumers ?? []).map((consumer) => [
        consumer.queue,
        defined({
          maxBatchSize: consumer.max_batch_size,
          maxBatchTimeout: consumer.max_batch_timeout,
          maxRetries: consumer.max_retries,
          retryDelay: consumer.retry_delay,
          deadLetterQueue: consumer.dead_letter_queue,
        }),
      ]),
    ),
    services: Object.fromEntries((config.services ?? []).map(({ binding, service }) => [binding, service])),
    rateLimits: Object.fromEntries(
      config.ratelimits.map(({ name: binding, namespace_id, simple }) => [binding, { namespace_id, simple }]),
    ),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
