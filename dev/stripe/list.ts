import type { Shelf } from '../store.ts';
import { findOwn, isOwn } from './book.ts';
import type { Caller, Owned } from './book.ts';
import { StripeFailure, invalidParameter, missingObject } from './error.ts';
import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';

/** What Stripe lists have in common. */
export interface Listed {
  id: string;
  created: number;
}

/** Where a list comes from: values in the order they were made, read only as far as they are asked for. */
export interface Source<Value extends Listed> {
  has(id: string): boolean;
  walk(direction: 'older' | 'newer', from?: string): Iterable<Value>;
}

/** The parameters that every list has. */
export const LIST_NAMES = ['created', 'ending_before', 'limit', 'starting_after'];

/** Clocks step back now and then: that far out of order `created` may be. */
const DISORDER_SECONDS = 60;

/** The caller's own part of a shelf. */
export function shelfSource<Value extends Listed>(shelf: Shelf<Owned<Value>>, caller: Caller): Source<Value> {
  return {
    has: (id) => findOwn(shelf, id, caller) !== undefined,
    *walk(direction, from) {
      for (const owned of shelf.walk(direction, from)) if (isOwn(owned, caller)) yield owned.object;
    },
  };
}

/** A few values, oldest first. */
export function arraySource<Value extends Listed>(values: readonly Value[]): Source<Value> {
  return {
    has: (id) => values.some((value) => value.id === id),
    walk: (direction, from) => {
      const ordered = direction === 'older' ? values.toReversed() : values;
      return ordered.slice(from === undefined ? 0 : ordered.findIndex(({ id }) => id === from) + 1);
    },
  };
}

/**
 * Answers a list request: newest first, filtered by `created`, cut by `limit`, `starting_after`, `ending_before`.
 *
 * @param isWanted a further filter
 * @throws StripeFailure for a bad limit or an unknown cursor
 */
export function paginate<Value extends Listed>(
  source: Source<Value>,
  form: Form,
  path: string,
  isWanted: (value: Value) => boolean = () => true,
): { object: 'list'; data: Value[]; has_more: boolean; url: string } {
  const limit = readLimit(form);
  const [after, before] = [textOf(form, 'starting_after'), textOf(form, 'ending_before')];
  if (after !== undefined && before !== undefined) {
    const message = 'You may only specify one of these parameters: starting_after, ending_before.';
    throw new StripeFailure(400, { type: 'invalid_request_error', message });
  }
  const cursor = after ?? before;
  if (cursor !== undefined && !source.has(cursor)) {
    throw missingObject('object', cursor, after === undefined ? 'ending_before' : 'starting_after');
  }
  const direction = before === undefined ? 'older' : 'newer';
  const [first, last] = readRange(form);
  const data: Value[] = [];
  let hasMore = false;
  for (const value of source.walk(direction, cursor)) {
    const isPast =
      direction === 'older' ? value.created < first - DISORDER_SECONDS : value.created > last + DISORDER_SECONDS;
    if (isPast) break;
    if (value.created < first || value.created > last || !isWanted(value)) continue;
    hasMore = data.length === limit;
    if (hasMore) break;
    data.push(value);
  }
  return { object: 'list', data: before === undefined ? data : data.reverse(), has_more: hasMore, url: path };
}

function readLimit(form: Form): number {
  const text = textOf(form, 'limit') ?? '10';
  const limit = /^\d+$/.test(text) ? Number.parseInt(text, 10) : 0;
  if (limit < 1 || limit > 100) {
    throw invalidParameter('limit', 'parameter_invalid_integer', 'limit must be a whole number from 1 to 100.');
  }
  return limit;
}

// The first and the last second that are wanted.
function readRange(form: Form): [first: number, last: number] {
  const exact = textOf(form, 'created');
  if (exact !== undefined) return [readTime(exact, 'created'), readTime(exact, 'created')];
  const range = groupOf(form, 'created');
  const bound = (name: string, absent: number): number => {
    const text = textOf(range, name);
    return text === undefined ? absent : readTime(text, `created[${name}]`);
  };
  return [
    Math.max(bound('gte', -Infinity), bound('gt', -Infinity) + 1),
    Math.min(bound('lte', Infinity), bound('lt', Infinity) - 1),
  ];
}

function readTime(text: string, param: string): number {
  if (!/^\d{1,12}$/.test(text)) {
    throw invalidParameter(param, 'parameter_invalid_integer', `Invalid integer: ${text}`);
  }
  return Number.parseInt(text, 10);
}
