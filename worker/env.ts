import type { Queue, RateLimit } from '@cloudflare/workers-types';
import type { Message } from '../domain/message.ts';
import type { limitName } from './http/limit.ts';
import type { Visitor } from './http/visitor.ts';

/** What counts requests: of each kind one binding in every size. */
export type Limits = Record<ReturnType<typeof limitName>, RateLimit>;

/** Variables, secrets and bindings of the API Worker; `.env.example` tells what each is for. */
export interface Env extends Limits {
  PLATFORM_HOST: string;
  DATABASE_URL_APP: string;
  DATABASE_URL_OPERATOR: string;
  DATABASE_URL_READONLY: string;
  DATABASE_URL_ADMIN: string;
  NEON_ENDPOINT?: string;
  STRIPE_SECRET_KEY: string;
  STRIPE_PUBLISHABLE_KEY: string;
  STRIPE_WEBHOOK_SECRETS: string;
  STRIPE_LIVEMODE: string;
  STRIPE_API_URL?: string;
  STRIPE_SCRIPT_URL?: string;
  FIREBLOCKS_JWKS_URL: string;
  /** Auth0's issuer, with the slash at its end. */
  AUTH0_ISSUER: string;
  AUTH0_CLIENT_ID: string;
  AUTH0_CLIENT_SECRET: string;
  /** Identifier of the platform's API: the audience of access tokens. */
  AUTH0_AUDIENCE: string;
  /** Audiences that single sites have of their own, with spaces; which site has which is in its row. */
  AUTH0_SITE_AUDIENCES?: string;
  /** Auth0's own address of the tenant, with the slash at its end, where the issuer is a domain of ours. */
  AUTH0_TENANT_URL?: string;
  /** The keys of the issuer as a JWK Set, so that a new isolate need not ask for them. */
  AUTH0_JWKS?: string;
  /** Sites with an Auth0 client of their own: a JSON object, client id → secret. */
  AUTH0_SITE_CLIENTS?: string;
  AUTH0_MANAGEMENT_CLIENT_ID: string;
  AUTH0_MANAGEMENT_CLIENT_SECRET: string;
  /** Signs the state of a sign-in on its way over the platform host, 64 hexadecimal digits. */
  SIGN_IN_KEY: string;
  /** Keys of sealed columns and cookies; the highest number seals, all open. */
  DATA_KEY_1: string;
  [key: `DATA_KEY_${number}`]: string;
  /** RPC addresses by chain id, a JSON object: contract wallets are asked whether a signature is theirs. */
  CHAIN_RPC_URLS: string;
  PAYMENTS: Queue<Message>;
  CUSTODY: Queue<Message>;
}

/** What Hono's context carries on every route. */
export interface App {
  Bindings: Env;
  Variables: { requestId: string; visitor: Visitor };
}
