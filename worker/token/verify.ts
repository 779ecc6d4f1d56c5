import { base64url, compactVerify, errors } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';
import { signingKey, type Later } from './keys.ts';

/** Whom a token speaks for, as its issuer signed it. */
export type AccessToken =
  | { kind: 'user'; subject: string; client: string; audience: readonly string[] }
  | { kind: 'machine'; client: string; scopes: readonly string[] };

/** The rungs of the ladder, in their order. Only tests learn which one refused. */
export type Rung =
  | 'size'
  | 'parts'
  | 'header'
  | 'algorithm'
  | 'type'
  | 'extensions'
  | 'embedded key'
  | 'key id'
  | 'key'
  | 'signature'
  | 'payload'
  | 'issuer'
  | 'audience'
  | 'purpose'
  | 'times'
  | 'expired'
  | 'early'
  | 'lifetime'
  | 'client'
  | 'subject';

const TOKEN_BYTES_MAX = 8_192;
const SKEW_SECONDS = 60;
const LIFETIME_SECONDS_MAX = 86_400;

/** Ways of a header to bring its own key, or to say where one lies. None is ever followed. */
const EMBEDDED = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256'];

/** What only tokens for another purpose carry: ID tokens, logout tokens, tokens bound to a key they would have to prove. */
const OTHER_PURPOSE = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'cnf'];

const record = z.record(z.string(), z.unknown());
const name = z.string().min(1).max(255);
const audiences = z.union([name.transform((one) => [one]), z.array(name).min(1).max(20)]);
const second = z.number().int().positive();
const times = z.object({ iat: second, exp: second, nbf: second.optional() });
const clients = z.object({ azp: name.optional(), client_id: name.optional() });
const subject = z.object({ sub: name, scope: z.string().max(4_096), gty: z.string().optional() });

/**
 * Verifies an access token by a fixed ladder of refusals. Whoever is refused learns the code alone, not the rung.
 *
 * @param token whatever came in the header
 * @throws DomainError `auth.token_invalid`; `auth.unavailable` when the issuer's keys cannot be had
 */
export async function verifyAccessToken(env: Env, token: string, later: Later): Promise<AccessToken> {
  if (token.length > TOKEN_BYTES_MAX) refuse('size');
  const parts = /^([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(token);
  if (parts === null) refuse('parts');
  const kid = readHeader(parts[1] ?? '');
  const key = await signingKey(env, kid, later);
  if (key === undefined) refuse('key');
  return readClaims(env, await payloadOf(token, key));
}

/** @returns the key id */
function readHeader(encoded: string): string {
  const header = record.safeParse(parseJson(encoded)).data;
  if (header === undefined) refuse('header');
  if (header['alg'] !== 'RS256') refuse('algorithm');
  if (header['typ'] !== 'at+jwt' && header['typ'] !== 'JWT') refuse('type');
  if ('crit' in header || 'b64' in header || 'enc' in header || 'zip' in header) refuse('extensions');
  if (EMBEDDED.some((member) => member in header)) refuse('embedded key');
  const kid = z.string().min(1).max(128).safeParse(header['kid']).data;
  return kid ?? refuse('key id');
}

async function payloadOf(token: string, key: CompactKey): Promise<Record<string, unknown>> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] });
    return (
      record.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))).data ?? refuse('payload')
    );
  } catch (error) {
    if (error instanceof errors.JOSEError) refuse('signature');
    if (error instanceof SyntaxError || error instanceof TypeError) refuse('payload');
    throw error;
  }
}

type CompactKey = NonNullable<Awaited<ReturnType<typeof signingKey>>>;

function readClaims(env: Env, payload: Record<string, unknown>): AccessToken {
  if (payload['iss'] !== env.AUTH0_ISSUER) refuse('issuer');
  const audience = audiences.safeParse(payload['aud']).data ?? [];
  if (!audience.some((each) => ourAudiences(env).includes(each))) refuse('audience');
  if (OTHER_PURPOSE.some((claim) => claim in payload)) refuse('purpose');
  checkTimes(payload);
  const { azp, client_id: id } = clients.safeParse(payload).data ?? refuse('client');
  const client = azp ?? id;
  if (client === undefined || (id !== undefined && id !== client)) refuse('client');
  const who = subject.safeParse(payload).data;
  if (who === undefined) refuse('subject');
  if (who.sub === `${client}@clients` && (who.gty ?? 'client-credentials') === 'client-credentials') {
    return { kind: 'machine', client, scopes: who.scope.split(' ').filter((scope) => scope !== '') };
  }
  // A program that speaks in another's name, or a person who is one: neither exists here.
  if (who.sub.endsWith('@clients') || who.gty === 'client-credentials') refuse('subject');
  return { kind: 'user', subject: who.sub, client, audience };
}

/** The platform's API, and those of single sites; which site an audience belongs to is the database's to say. */
function ourAudiences(env: Env): string[] {
  return [env.AUTH0_AUDIENCE, ...(env.AUTH0_SITE_AUDIENCES ?? '').split(' ').filter((each) => each !== '')];
}

/** Real time, by this Worker's clock: the issuer knows no other. */
function checkTimes(payload: Record<string, unknown>): void {
  const { iat, exp, nbf } = times.safeParse(payload).data ?? refuse('times');
  const now = Math.floor(Date.now() / 1_000);
  if (exp <= now) refuse('expired');
  if (iat > now + SKEW_SECONDS || (nbf ?? iat) > now + SKEW_SECONDS) refuse('early');
  if (exp - iat > LIFETIME_SECONDS_MAX) refuse('lifetime');
}

function refuse(rung: Rung): never {
  throw new DomainError('auth.token_invalid', { cause: new Error(rung) });
}

function parseJson(encoded: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(encoded)));
  } catch {
    return null;
  }
}
