import type { Shelf } from '../store.ts';
import { isOwn } from './book.ts';
import type { Caller, Owned } from './book.ts';
import { missingObject } from './error.ts';

/**
 * The object of the caller's account that has an id.
 *
 * @throws StripeFailure 404; it tells of an object of the other mode, as Stripe does
 */
export function requireOwn<Value>(
  shelf: Shelf<Owned<Value>>,
  id: string,
  caller: Caller,
  noun: string,
  param = 'id',
): Value {
  const found = shelf.get(id);
  if (found !== undefined && isOwn(found, caller)) return found.object;
  const isOfOtherMode = found !== undefined && isOwn(found, { ...caller, isLive: !caller.isLive });
  throw missingObject(noun, id, param, isOfOtherMode);
}
