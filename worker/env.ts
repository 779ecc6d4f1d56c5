import type { Queue } from '@cloudflare/workers-types';
import type { Message } from '../domain/message.ts';
import type { Visitor } from './http/visitor.ts';

/** Variables, secrets and bindings of the API Worker; `.env.example` tells what each is for. */
export interface Env {
  PLATFORM_HOST: string;
  DATABASE_URL_APP: string;
  DATABASE_URL_OPERATOR: string;
  DATABASE_URL_READONLY: string;
  NEON_ENDPOINT?: string;
  STRIPE_SECRET_KEY: string;
  STRIPE_PUBLISHABLE_KEY: string;
  STRIPE_WEBHOOK_SECRETS: string;
  STRIPE_LIVEMODE: string;
  STRIPE_API_URL?: string;
  STRIPE_SCRIPT_URL?: string;
  FIREBLOCKS_JWKS_URL: string;
  PAYMENTS: Queue<Message>;
  CUSTODY: Queue<Message>;
}

/** What Hono's context carries on every route. */
export interface App {
  Bindings: Env;
  Variables: { requestId: string; visitor: Visitor };
}
