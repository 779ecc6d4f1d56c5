import fc from 'fast-check';
import type { Sale } from './sale.ts';
import type { World } from './world.ts';

/** One kind of thing that can happen in a sale. */
export interface Kind<Target> {
  readonly name: string;
  /** How often it is chosen beside the others; 1 by default. */
  readonly weight?: number;
  /** Whom or what it can happen to now. */
  readonly targets: (sale: Sale) => readonly Target[];
  /**
   * Has it happen in the world and in the model.
   *
   * @param choice a whole number, for whatever else is to be chosen
   */
  run(sale: Sale, world: World, target: Target, choice: number): Promise<void>;
}

class Step implements fc.AsyncCommand<Sale, World> {
  readonly #kinds: readonly Kind<unknown>[];
  readonly #at: number;
  readonly #choice: number;
  #ran = '';

  constructor(kinds: readonly Kind<unknown>[], at: number, choice: number) {
    this.#kinds = kinds;
    this.#at = at;
    this.#choice = choice;
  }

  check(sale: Readonly<Sale>): boolean {
    return this.#kinds.some((kind) => kind.targets(sale).length > 0);
  }

  async run(sale: Sale, world: World): Promise<void> {
    const kind = this.#kinds.find((each) => each.targets(sale).length > 0);
    if (kind === undefined) throw new TypeError('a step that cannot happen is not run');
    const targets = kind.targets(sale);
    this.#ran = `${kind.name} (${this.#at % targets.length} of ${targets.length}, ${this.#choice})`;
    await kind.run(sale, world, targets[this.#at % targets.length], this.#choice);
    await world.agree(sale);
  }

  toString(): string {
    return this.#ran;
  }
}

/** As many tries for something that can happen now: at the beginning of a sale most things cannot. */
const TRIES = 4;

/** Steps of every kind, as often as it weighs; each is the first that can happen of some kinds. */
export function stepsOf(kinds: readonly Kind<unknown>[]): fc.Arbitrary<fc.AsyncCommand<Sale, World>> {
  const kind = fc.oneof(...kinds.map((value) => ({ arbitrary: fc.constant(value), weight: value.weight ?? 1 })));
  const tried = fc.array(kind, { minLength: TRIES, maxLength: TRIES });
  return fc.tuple(tried, fc.nat(23), fc.nat(23)).map(([some, at, choice]) => new Step(some, at, choice));
}
