import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** How the token endpoint answers: `act_then_hang` does its work first, the others do not. */
export const TOKEN_FAULTS = ['none', 'error', 'hang', 'act_then_hang'] as const;
export type TokenFault = (typeof TOKEN_FAULTS)[number];

/** What is broken at the moment, and how often was asked. Forgotten at a restart. */
export interface Faults {
  jwksDown: boolean;
  token: TokenFault;
  /** How many token requests the fault still meets. */
  tokenTimes: number;
  /** Requests so far. */
  requests: { jwks: number; token: number };
}

/** Nothing is broken. */
export function noFaults(): Faults {
  return { jwksDown: false, token: 'none', tokenTimes: 0, requests: { jwks: 0, token: 0 } };
}

/** Counts the request, and answers it (or not) in place of the provider if something is broken. */
export function breakRequest(exchange: Exchange, faults: Faults): boolean {
  const { response, method, url } = exchange;
  if (url.pathname === '/.well-known/jwks.json') {
    faults.requests.jwks += 1;
    return faults.jwksDown && sendJson(exchange, 503, { error: 'temporarily_unavailable' });
  }
  if (url.pathname !== '/oauth/token' || method !== 'POST') return false;
  faults.requests.token += 1;
  if (faults.tokenTimes <= 0) return false;
  faults.tokenTimes -= 1;
  if (faults.token === 'error') return sendJson(exchange, 500, { error: 'server_error' });
  if (faults.token === 'act_then_hang') {
    // The provider answers into the void; the connection stays open until the client has waited enough.
    response.write = () => true;
    response.end = () => response;
    return false;
  }
  return faults.token === 'hang';
}
