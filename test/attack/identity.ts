import type { Area } from './attack.ts';
import { bearerTokens, tokenReach } from './identity/bearer.ts';
import { body } from './identity/body.ts';
import { host } from './identity/host.ts';
import { operator } from './identity/operator.ts';
import { origin } from './identity/origin.ts';
import { session } from './identity/session.ts';
import { siweProof } from './identity/siwe_proof.ts';
import { siweText } from './identity/siwe_text.ts';
import { makeWorld, sitesOf, type World } from './identity/world.ts';

/** Who somebody is: signing in, sessions, tokens, hosts, and whatever stands before a route. */
export const identity: Area<World> = {
  families: [siweText, siweProof, session, origin, host, body, operator, bearerTokens, tokenReach],
  leastAttacks: 120,
  makeWorld,
  sitesOf,
};
