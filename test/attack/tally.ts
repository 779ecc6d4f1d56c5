import type { Area } from './attack.ts';

/** How much an area's table says, counted without running it. */
export interface AttackTally {
  attacks: number;
  /** Different pairs of what is tried and where. */
  distinct: number;
  /** Different pairs of status with code, and place. */
  refusals: number;
  /** Pairs that stand in the table more than once. */
  repeated: string[];
}

export function tallyOf<World>({ families }: Area<World>): AttackTally {
  const attacks = families.flatMap((family) => family.attacks);
  const pairs = attacks.map(({ name, place }) => `${place} ← ${name}`);
  return {
    attacks: attacks.length,
    distinct: new Set(pairs).size,
    refusals: new Set(attacks.map(({ refusal, place }) => `${place} → ${refusal}`)).size,
    repeated: pairs.filter((pair, at) => pairs.indexOf(pair) < at),
  };
}
