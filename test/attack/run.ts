import { changedTables, digestReader, type RowDigest } from '../harness/digest.ts';
import { openClient } from '../harness/database.ts';
import { useStack } from '../harness/stack.ts';
import type { Area, Attack, Control, Family, Race } from './attack.ts';
import { sendWire, type WireAnswer, type WireRequest } from './wire.ts';

/** What went otherwise than the table says. */
export interface Failure {
  name: string;
  place: string;
  expected: string;
  seen: string;
}

export interface FamilyResult {
  family: string;
  /** Attacks, controls and races. */
  cases: number;
  failures: Failure[];
}

export interface Runner<World> {
  run: (family: Family<World>) => Promise<FamilyResult>;
  close: () => Promise<void>;
}

/** Builds the area's world, and keeps one connection that watches the rows until `close`. */
export async function openRunner<World>({ makeWorld, sitesOf }: Area<World>): Promise<Runner<World>> {
  const world = await makeWorld();
  const client = await openClient('superuser');
  const watch = new Watch(await digestReader(client, sitesOf(world)));
  return {
    run: (family) => runFamily(family, world, watch),
    close: () => client.end(),
  };
}

/** Sees what is written between two looks. */
class Watch {
  readonly #digest: () => Promise<RowDigest>;
  #last: RowDigest | undefined;

  constructor(digest: () => Promise<RowDigest>) {
    this.#digest = digest;
  }

  /** Takes things as they are now. */
  async begin(): Promise<void> {
    this.#last = await this.#digest();
  }

  /** The tables written to since the last look. */
  async written(): Promise<string[]> {
    const [before, after] = [this.#last, await this.#digest()];
    this.#last = after;
    return before === undefined ? [] : changedTables(before, after);
  }
}

async function runFamily<World>(family: Family<World>, world: World, watch: Watch): Promise<FamilyResult> {
  const { name, attacks, controls = [], races = [] } = family;
  const failures: Failure[] = [];
  await watch.begin();
  const note = (of: { name: string; place: string }, expected: string, seen: string | null) => {
    if (seen !== null) failures.push({ name: of.name, place: of.place, expected, seen });
  };
  for (const attack of attacks) {
    const expected = `${attack.refusal}, nothing written`;
    note(attack, expected, await attempt(() => tryAttack(attack, world, watch)));
  }
  for (const race of races) note(race, 'as many as may', await attempt(() => tryRace(race, world)));
  // Last: what they use up is then no attack's any more.
  for (const control of controls)
    note(control, String(control.status), await attempt(() => tryControl(control, world)));
  return { family: name, cases: attacks.length + controls.length + races.length, failures };
}

/** A case that cannot even be tried has failed, and the others still are. */
async function attempt(run: () => Promise<string | null>): Promise<string | null> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : String(error);
  }
}

async function tryAttack<World>(attack: Attack<World>, world: World, watch: Watch): Promise<string | null> {
  const made = attack.request(world);
  const request = await made;
  // What is made at once has written nothing: the last look holds.
  if (made instanceof Promise) await watch.begin();
  const answer = await send(request);
  const written = await watch.written();
  const outcome = outcomeOf(answer);
  const wrong = [
    ...(outcome === attack.refusal ? [] : [describe(answer)]),
    ...(written.length === 0 ? [] : [`wrote ${written.join(', ')}`]),
    ...(answer.status >= 400 && tells(answer) ? ['tells of the inside'] : []),
    ...[attack.also?.(answer) ?? []].flat(),
  ];
  return wrong.length === 0 ? null : wrong.join('; ');
}

async function tryControl<World>(control: Control<World>, world: World): Promise<string | null> {
  const answer = await send(await control.request(world));
  return answer.status === control.status ? null : describe(answer);
}

async function tryRace<World>(race: Race<World>, world: World): Promise<string | null> {
  const requests = await race.requests(world);
  const answers = await Promise.all(requests.map(send));
  return race.judge(answers, world);
}

const send = (request: WireRequest): Promise<WireAnswer> =>
  sendWire(Number(new URL(useStack().platform.url).port), request);

/** `401 auth.required`, or the status alone for an answer without a code. */
export function outcomeOf({ status, headers, text }: WireAnswer): string {
  if (headers['content-type']?.includes('application/problem+json') !== true) return String(status);
  return `${status} ${(JSON.parse(text) as { code: string }).code}`;
}

const describe = (answer: WireAnswer): string =>
  `${outcomeOf(answer)} ${answer.headers['location'] ?? answer.text.slice(0, 160)}`.trim();

/** What no refusal may show: a trace, a statement, a key, a driver's words. */
const tells = ({ text }: WireAnswer): boolean =>
  /\bat \w+ \(|node_modules|\.ts:\d|select .* from |posx_(app|operator|readonly|admin|owner)|PRIVATE KEY|NeonDbError/i.test(
    text,
  );
