import { invalidParameter, missingObject } from './error.ts';
import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';

/** What Stripe lists have in common. */
interface Listed {
  id: string;
  created: number;
}

/**
 * Answers a list request: newest first, filtered by `created`, cut by `limit`, `starting_after`, `ending_before`.
 *
 * @param values oldest first, already those of the caller's account
 * @throws StripeFailure for a bad limit or an unknown cursor
 */
export function paginate(values: Listed[], form: Form, path: string): Record<string, unknown> {
  const limitText = textOf(form, 'limit') ?? '10';
  const limit = /^\d+$/.test(limitText) ? Number.parseInt(limitText, 10) : 0;
  if (limit < 1 || limit > 100) {
    throw invalidParameter('limit', 'parameter_invalid_integer', 'limit must be a whole number from 1 to 100.');
  }
  const newestFirst = values.filter((value) => isInRange(value.created, form)).reverse();
  const place = (name: string): number | undefined => {
    const id = textOf(form, name);
    if (id === undefined) return undefined;
    const index = newestFirst.findIndex((value) => value.id === id);
    if (index < 0) throw missingObject('object', id, name);
    return index;
  };
  const after = place('starting_after');
  const before = place('ending_before');
  const rest = newestFirst.slice(after === undefined ? 0 : after + 1, before);
  const data = before === undefined ? rest.slice(0, limit) : rest.slice(-limit);
  return { object: 'list', data, has_more: rest.length > data.length, url: path };
}

function isInRange(created: number, form: Form): boolean {
  const exact = textOf(form, 'created');
  if (exact !== undefined) return created === Number.parseInt(exact, 10);
  const range = groupOf(form, 'created');
  const bound = (name: string): number | undefined => {
    const text = textOf(range, name);
    return text === undefined ? undefined : Number.parseInt(text, 10);
  };
  return (
    created > (bound('gt') ?? -Infinity) &&
    created >= (bound('gte') ?? -Infinity) &&
    created < (bound('lt') ?? Infinity) &&
    created <= (bound('lte') ?? Infinity)
  );
}
