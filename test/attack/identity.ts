import type { Area } from './attack.ts';
import { administrator } from './identity/administrator.ts';
import { allocation } from './identity/allocation.ts';
import { auth0 } from './identity/auth0.ts';
import { bearerTokens, tokenReach } from './identity/bearer.ts';
import { body } from './identity/body.ts';
import { cors } from './identity/cors.ts';
import { host } from './identity/host.ts';
import { limit } from './identity/limit.ts';
import { operator } from './identity/operator.ts';
import { origin } from './identity/origin.ts';
import { session } from './identity/session.ts';
import { sessionsOfOthers } from './identity/sessions_of_others.ts';
import { siweProof } from './identity/siwe_proof.ts';
import { siweText } from './identity/siwe_text.ts';
import { standing } from './identity/standing.ts';
import { wallet } from './identity/wallet.ts';
import { makeWorld, sitesOf, type World } from './identity/world.ts';

/** Who somebody is: signing in, sessions, tokens, hosts, and whatever stands before a route. */
export const identity: Area<World> = {
  families: [
    siweText,
    siweProof,
    auth0,
    wallet,
    allocation,
    session,
    sessionsOfOthers,
    origin,
    cors,
    host,
    body,
    operator,
    administrator,
    bearerTokens,
    tokenReach,
    standing,
    limit,
  ],
  leastAttacks: 120,
  makeWorld,
  sitesOf,
};
