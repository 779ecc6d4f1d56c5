import type { Book, Caller } from './book.ts';
import { findOwn } from './book.ts';
import { cancelIntent } from './cancel.ts';
import { CONFIRM_NAMES, confirmIntent } from './confirm.ts';
import { createIntent } from './create.ts';
import { StripeFailure, missingObject } from './error.ts';
import { textOf, textsOf } from './form.ts';
import type { Form } from './form.ts';
import { paginate } from './list.ts';
import { checkNames, findIntent, showIntent } from './payment_intent.ts';

type Handle = (book: Book, caller: Caller, form: Form, id: string) => unknown;

interface Route {
  method: 'GET' | 'POST';
  /** Path with at most one `:id`. */
  path: string;
  /** Whether a publishable key may call it. */
  isPublic: boolean;
  handle: Handle;
}

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents',
    isPublic: false,
    handle: (book, caller, form) => showIntent(book, caller, createIntent(book, caller, form), form),
  },
  {
    method: 'GET',
    path: '/v1/payment_intents',
    isPublic: false,
    handle: (book, caller, form) => paginate(own(book.intents.list(), caller), form, '/v1/payment_intents'),
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    isPublic: true,
    handle: (book, caller, form, id) => showIntent(book, caller, findIntent(book, caller, id, form), form),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    isPublic: true,
    handle: (book, caller, form, id) => {
      checkNames(form, CONFIRM_NAMES);
      return showIntent(book, caller, confirmIntent(book, caller, findIntent(book, caller, id, form), form), form);
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    isPublic: false,
    handle: (book, caller, form, id) =>
      showIntent(book, caller, cancelIntent(book, caller, findIntent(book, caller, id, form), form), form),
  },
  {
    method: 'GET',
    path: '/v1/charges/:id',
    isPublic: false,
    handle: (book, caller, _form, id) => findOwn(book.charges, id, caller) ?? missing('charge', id),
  },
  { method: 'GET', path: '/v1/events', isPublic: false, handle: listEvents },
  {
    method: 'GET',
    path: '/v1/events/:id',
    isPublic: false,
    handle: (book, caller, _form, id) => findOwn(book.events, id, caller) ?? missing('event', id),
  },
];

/** A route that was found, ready to be run for a caller. */
export type Found = (book: Book, caller: Caller, form: Form) => unknown;

/**
 * Finds the route of a request.
 *
 * @throws StripeFailure 404 for a path this API does not have; running it throws 401 for a publishable key on a secret route
 */
export function findRoute(method: string, path: string): Found {
  for (const route of ROUTES) {
    const id = matchPath(route.path, path);
    if (route.method !== method || id === null) continue;
    return (book, caller, form) => {
      if (caller.keyKind === 'publishable' && !route.isPublic) {
        const message =
          'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.';
        throw new StripeFailure(401, { type: 'invalid_request_error', code: 'secret_key_required', message });
      }
      return route.handle(book, caller, form, id);
    };
  }
  const message = `Unrecognized request URL (${method}: ${path}). Please see https://docs.stripe.com or we can help at https://support.stripe.com/.`;
  throw new StripeFailure(404, { type: 'invalid_request_error', message });
}

// Null: no match. A path without id matches with the empty id.
function matchPath(pattern: string, path: string): string | null {
  const [before = '', after] = pattern.split(':id');
  if (after === undefined) return pattern === path ? '' : null;
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const id = path.slice(before.length, path.length - after.length);
  return /^[A-Za-z0-9_]+$/.test(id) ? id : null;
}

function listEvents(book: Book, caller: Caller, form: Form): unknown {
  const single = textOf(form, 'type');
  const types = single === undefined ? textsOf(form, 'types') : [single];
  const wanted = own(book.events.list(), caller).filter((event) => {
    const matches = (type: string): boolean =>
      type.endsWith('*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type;
    return types.length === 0 || types.some(matches);
  });
  return paginate(wanted, form, '/v1/events');
}

function own<Value>(owned: { account: string | null; object: Value }[], caller: Caller): Value[] {
  return owned.filter((entry) => entry.account === caller.account).map((entry) => entry.object);
}

function missing(noun: string, id: string): never {
  throw missingObject(noun, id);
}
