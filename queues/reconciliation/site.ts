import { DomainError } from '../../domain/error.ts';
import { compareLines, type Line } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
import { alertLine } from '../log.ts';
import type { Ports } from '../ports.ts';
import { noteBreaks, postMovements, resolveBreaks } from './commit.ts';
import { loadBooked, openBreaks, READ_BACK_MOST, unseenPayments, type Booked, type BreakRow } from './load.ts';
import type { Movement } from './movement.ts';
import { readLines } from './read_back.ts';

/** What moved for one site on a day; on a connected account also what has nothing to do with us. */
export interface OfSite {
  readonly account: string | null;
  readonly day: Day;
  readonly movements: readonly Movement[];
}

/**
 * Compares a site's part of a day, notes where the two sides differ, books fees and payouts, and resolves earlier breaks.
 *
 * @returns how many breaks there are
 * @throws DomainError `webhook.unmapped` when there is no such site, `payment.unavailable`, `database.unavailable` (retry)
 */
export async function reconcileSite(ports: Ports, site: string, of: OfSite): Promise<number> {
  const { account, day, movements } = of;
  const booked = await loadBooked(ports, site, {
    lines: movements.flatMap(({ lines }) => lines),
    intentIds: movements.flatMap(({ intentId }) => intentId ?? []),
    ids: movements.map(({ id }) => id),
  });
  const ours = movements.filter((movement) => isOurs(movement, { site, account, booked }));
  const there = eachOnce(ours.flatMap(({ lines }) => lines));
  const unseen = await readUnseen(ports, site, of, there);
  const breaks = compareLines([...there, ...unseen.there], [...relevant(booked.lines, there), ...unseen.here]);
  await noteBreaks(ports, site, { account, day, breaks, now: booked.now });
  await postMovements(ports, site, { booked, movements: account === null ? ours.filter(hasIntent) : movements });
  await resolveBreaks(ports, site, await healed(ports, site, account));
  for (const { kind, reference } of breaks) alertLine('reconciliation.break', { site, day: day.name, kind, reference });
  tellUnexplained(site, of, ours);
  return breaks.length;
}

/** A tenant's account may also sell what has nothing to do with us. */
const isOurs = (
  { intentId, siteCode }: Movement,
  { site, account, booked }: { site: string; account: string | null; booked: Booked },
): boolean => account === null || (intentId !== null && booked.intents.has(intentId)) || siteCode === site;

const hasIntent = ({ intentId }: Movement): boolean => intentId !== null;

/** What we have booked of the objects that moved. */
function relevant(lines: readonly Line[], there: readonly Line[]): Line[] {
  const moved = new Set(there.map(({ kind, reference }) => `${kind} ${reference}`));
  return lines.filter(({ kind, reference }) => moved.has(`${kind} ${reference}`));
}

/** An object that moved twice in a day tells all of itself each time. */
const eachOnce = (lines: readonly Line[]): Line[] => [
  ...new Map(lines.map((line) => [`${line.kind} ${line.reference}`, line])).values(),
];

/** A Worker has six connections, and those who wait for one wait within the provider's time-out. */
const AT_ONCE = 4;

/** Payments heard of on the day that moved on another one, or never: what the provider says of each, and what we do. */
async function readUnseen(ports: Ports, site: string, { account, day }: OfSite, listed: readonly Line[]) {
  const seen = listed.flatMap(({ kind, reference }) => (kind === 'charge' ? [reference] : []));
  const rows = await unseenPayments(ports, site, { account, day, seen });
  if (rows.length >= READ_BACK_MOST) alertLine('reconciliation.too_many', { site, account, day: day.name });
  const there: Line[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const asked = rows.slice(start, start + AT_ONCE);
    const read = asked.map(({ intentId: reference }) => readLines(ports, { kind: 'charge', reference, account }));
    there.push(...(await Promise.all(read)).flat());
  }
  const here = rows.map(({ intentId: reference, currency, amountMinor: minor }): Line => {
    return { kind: 'charge', reference, currency, minor };
  });
  return { there, here };
}

/** Open breaks on which both sides agree by now. One whose object the provider refuses to show stays open. */
async function healed(ports: Ports, site: string, account: string | null): Promise<BreakRow[]> {
  const there: Line[] = [];
  const read: BreakRow[] = [];
  for (const row of await openBreaks(ports, site, account)) {
    try {
      there.push(...(await readLines(ports, row)));
      read.push(row);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'payment.provider_failed') throw error;
    }
  }
  if (read.length === 0) return [];
  const asked = read.map(({ kind, reference, currency }) => ({ kind, reference, currency, minor: 0n }) as Line);
  const here = relevant((await loadBooked(ports, site, { lines: asked })).lines, asked);
  const apart = new Set(compareLines(eachOnce(there), here).map(({ kind, reference }) => `${kind} ${reference}`));
  return read.filter(({ kind, reference }) => !apart.has(`${kind} ${reference}`));
}

/** What nothing of ours explains, or what came in another currency than it was paid in, is for a person to look at. */
function tellUnexplained(site: string, { account, day, movements }: OfSite, ours: readonly Movement[]): void {
  const known = new Set(ours);
  const others = movements.filter((each) => !known.has(each) && each.bankMinor === 0n && each.netMinor !== 0n);
  const converted = ours.filter(({ currency, lines }) => lines.some((line) => line.currency !== currency));
  for (const [reason, some] of Object.entries({ others, converted })) {
    for (const [currency, { count, net }] of sumsOf(some)) {
      const sum = { currency, count, net_minor: net.toString() };
      alertLine('reconciliation.unexplained', { site, account, day: day.name, reason, ...sum });
    }
  }
}

/** How many movements there are of each currency, and what they come to. */
function sumsOf(movements: readonly Movement[]): Map<string, { count: number; net: bigint }> {
  const sums = new Map<string, { count: number; net: bigint }>();
  for (const { currency, netMinor } of movements) {
    const { count, net } = sums.get(currency) ?? { count: 0, net: 0n };
    sums.set(currency, { count: count + 1, net: net + netMinor });
  }
  return sums;
}
