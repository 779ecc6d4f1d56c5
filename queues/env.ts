import type { Queue } from '@cloudflare/workers-types';
import type { Message } from '../domain/message.ts';

/** The consumer's bindings and variables, as named in wrangler.toml and in the secrets of the deployment. */
export interface Env {
  /** Connection string of `posx_queue`. */
  readonly DATABASE_URL_QUEUE: string;
  /** Connection string of `posx_sweep`. */
  readonly DATABASE_URL_SWEEP: string;
  /** Neon's SQL-over-HTTP address where it is not the one derived from the host. */
  readonly NEON_ENDPOINT?: string;
  readonly STRIPE_SECRET_KEY: string;
  /** Another address of Stripe's API; empty or absent means Stripe itself. */
  readonly STRIPE_API_URL?: string;
  readonly FIREBLOCKS_API_KEY: string;
  /** The API user's private key, PKCS#8 PEM. */
  readonly FIREBLOCKS_SECRET_KEY: string;
  readonly FIREBLOCKS_API_URL: string;
  /** Keys of sealed columns, 64 hexadecimal digits each. The highest number seals, all open. */
  readonly DATA_KEY_1: string;
  readonly [key: `DATA_KEY_${number}`]: string;
  readonly PAYMENTS: Queue<Message>;
  readonly CUSTODY: Queue<Message>;
}
