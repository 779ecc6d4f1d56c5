import { findOwn } from './book.ts';
import type { Book, Caller } from './book.ts';
import { invalidParameter } from './error.ts';

const DEEPEST = 4;

/**
 * Puts whole objects in the place of ids, as `expand[]` asks: `charge`, `latest_charge.balance_transaction`, or, of a
 * list, `data.source`.
 *
 * @throws StripeFailure 400 for a property that holds no id of something this server has
 */
export function expand(book: Book, caller: Caller, shown: object, paths: readonly string[]): object {
  return paths.reduce((object, path) => {
    const names = path.split('.');
    if (names.length > DEEPEST) {
      throw invalidParameter('expand', 'parameter_invalid', `You cannot expand more than ${DEEPEST} levels (${path}).`);
    }
    return expandAt(book, caller, object, names, path);
  }, shown);
}

function expandAt(book: Book, caller: Caller, object: object, [name = '', ...rest]: string[], path: string): object {
  const value: unknown = (object as Record<string, unknown>)[name];
  const goOn = (inner: object): object => (rest.length === 0 ? inner : expandAt(book, caller, inner, rest, path));
  if (Array.isArray(value)) return { ...object, [name]: value.map((entry: object) => goOn(entry)) };
  if (value === null) return object;
  const whole = typeof value === 'object' ? value : typeof value === 'string' ? find(book, caller, value) : undefined;
  if (whole === undefined) {
    throw invalidParameter('expand', 'parameter_invalid', `This property cannot be expanded (${path}).`);
  }
  return { ...object, [name]: goOn(whole) };
}

function find(book: Book, caller: Caller, id: string): object | undefined {
  const shelves = {
    ...{ ch: book.charges, du: book.disputes, issfr: book.warnings, pi: book.intents, po: book.payouts },
    ...{ re: book.refunds, txn: book.movements },
  };
  const prefix = id.split('_', 1)[0] ?? '';
  const shelf = Object.hasOwn(shelves, prefix) ? shelves[prefix as keyof typeof shelves] : undefined;
  return shelf && findOwn<object>(shelf, id, caller);
}
