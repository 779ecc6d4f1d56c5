import type { WireAnswer, WireRequest } from './wire.ts';

/** A status, with the refusal's code where the platform itself answers: the HTTP server before it knows no codes. */
export type Refusal = `${number}` | `${number} ${string}.${string}`;

/**
 * One thing that somebody tries, as data: refused with this status and code, and nothing written. Whatever the request
 * needs to have first (a challenge, a session that has ended) is made by `request`; only what it returns is the attack.
 */
export interface Attack<World> {
  /** What is tried. */
  name: string;
  /** Method and route, e.g. `POST /auth/wallet`; where it matters, the kind of host after it. */
  place: string;
  refusal: Refusal;
  request: (world: World) => WireRequest | Promise<WireRequest>;
  /** What must hold of the answer beyond its code; returns what is wrong with it. */
  also?: (answer: WireAnswer) => string | null;
}

/** The same kind of request from somebody honest. It succeeds: so what refuses the attacks is the attack in them. */
export interface Control<World> {
  name: string;
  place: string;
  status: number;
  request: (world: World) => WireRequest | Promise<WireRequest>;
}

/** Many requests at one moment, of which only so many may succeed. */
export interface Race<World> {
  name: string;
  place: string;
  requests: (world: World) => Promise<readonly WireRequest[]>;
  /** What is wrong with these answers; null when all is well. */
  judge: (answers: readonly WireAnswer[], world: World) => Promise<string | null> | string | null;
}

/** Attacks of one kind. */
export interface Family<World> {
  name: string;
  attacks: readonly Attack<World>[];
  controls?: readonly Control<World>[];
  races?: readonly Race<World>[];
}

/** Everything that is tried on one area of the platform. */
export interface Area<World> {
  families: readonly Family<World>[];
  /** How many distinct (attack, place) pairs there must be at least. */
  leastAttacks: number;
  /** Builds what the attacks are tried on; nothing of it is anybody else's. */
  makeWorld: () => Promise<World>;
  /** The sites in which nothing may be written. */
  sitesOf: (world: World) => readonly string[];
}
