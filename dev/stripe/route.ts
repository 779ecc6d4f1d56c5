import type { Shelf } from '../store.ts';
import { childrenOf } from './book.ts';
import type { Book, Caller, Owned } from './book.ts';
import { cancelIntent } from './cancel.ts';
import { CONFIRM_NAMES, confirmIntent } from './confirm.ts';
import { createIntent } from './create.ts';
import { closeDispute } from './dispute.ts';
import { StripeFailure } from './error.ts';
import { readTypes } from './event.ts';
import { expand } from './expand.ts';
import { requireOwn } from './find.ts';
import { textOf, textsOf } from './form.ts';
import type { Form } from './form.ts';
import { LIST_NAMES, arraySource, paginate, shelfSource } from './list.ts';
import type { Listed, Source } from './list.ts';
import { checkNames, findIntent, showIntent } from './payment_intent.ts';
import { paidBy, showBalance } from './payout.ts';
import { createRefund } from './refund.ts';
import { cancelRefund } from './refund_outcome.ts';

type Handle = (book: Book, caller: Caller, form: Form, id: string) => object;

interface Route {
  method: 'GET' | 'POST';
  /** Path with at most one `:id`. */
  path: string;
  /** Whether a publishable key may call it. */
  isPublic?: true;
  handle: Handle;
}

/** A kind of object that can be retrieved and listed. */
interface Resource {
  path: string;
  noun: string;
  shelf: (book: Book) => Shelf<Owned<Listed>>;
  /** Prefix of the ids. */
  prefix: string;
  /** Parameters of the list that name an object the listed ones belong to. */
  parents?: Record<string, (id: string) => string>;
  /** Parameters of the list that name a value of a property. */
  fields?: string[];
}

const itself = (id: string): string => id;
const ofPayment = { charge: itself, payment_intent: itself };

const RESOURCES: readonly Resource[] = [
  {
    ...{ path: '/v1/charges', noun: 'charge', shelf: (book) => book.charges, prefix: 'ch_' },
    parents: { payment_intent: itself },
  },
  { path: '/v1/refunds', noun: 'refund', shelf: (book) => book.refunds, prefix: 're_', parents: ofPayment },
  { path: '/v1/disputes', noun: 'dispute', shelf: (book) => book.disputes, prefix: 'du_', parents: ofPayment },
  {
    ...{ path: '/v1/radar/early_fraud_warnings', noun: 'early_fraud_warning' },
    ...{ shelf: (book) => book.warnings, prefix: 'issfr_', parents: ofPayment },
  },
  {
    ...{ path: '/v1/balance_transactions', noun: 'balance transaction' },
    ...{ shelf: (book) => book.movements, prefix: 'txn_' },
    parents: { source: itself, payout: paidBy },
    fields: ['currency', 'type'],
  },
  { path: '/v1/payouts', noun: 'payout', shelf: (book) => book.payouts, prefix: 'po_', fields: ['status'] },
];

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents',
    handle: (book, caller, form) => showIntent(book, caller, createIntent(book, caller, form), form),
  },
  {
    method: 'GET',
    path: '/v1/payment_intents',
    handle: (book, caller, form) => {
      checkNames(form, LIST_NAMES);
      const listed = paginate(shelfSource(book.intents, caller), form, '/v1/payment_intents');
      return expand(book, caller, listed, textsOf(form, 'expand'));
    },
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
    handle: (book, caller, form, id) =>
      showIntent(book, caller, cancelIntent(book, caller, findIntent(book, caller, id, form), form), form),
  },
  {
    method: 'POST',
    path: '/v1/refunds',
    handle: (book, caller, form) => expand(book, caller, createRefund(book, caller, form), textsOf(form, 'expand')),
  },
  {
    method: 'POST',
    path: '/v1/refunds/:id/cancel',
    handle: (book, caller, form, id) => {
      checkNames(form, []);
      return cancelRefund(book, caller, requireOwn(book.refunds, id, caller, 'refund'));
    },
  },
  {
    method: 'POST',
    path: '/v1/disputes/:id/close',
    handle: (book, caller, form, id) => {
      checkNames(form, []);
      return closeDispute(book, caller, requireOwn(book.disputes, id, caller, 'dispute'));
    },
  },
  {
    method: 'GET',
    path: '/v1/balance',
    handle: (book, caller) => showBalance(book, caller),
  },
  { method: 'GET', path: '/v1/events', handle: listEvents },
  {
    method: 'GET',
    path: '/v1/events/:id',
    handle: (book, caller, _form, id) => requireOwn(book.events, id, caller, 'event'),
  },
  ...RESOURCES.flatMap(routesOf),
];

/** A route that was found, ready to be run for a caller. */
export type Found = (book: Book, caller: Caller, form: Form) => object;

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
      if (caller.keyKind === 'publishable' && route.isPublic !== true) {
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

function routesOf({ path, noun, shelf, prefix, parents = {}, fields = [] }: Resource): Route[] {
  const sourceOf = (book: Book, caller: Caller, form: Form): Source<Listed> => {
    for (const [name, keyOf] of Object.entries(parents)) {
      const id = textOf(form, name);
      if (id !== undefined) return arraySource(childrenOf(book, shelf(book), caller, keyOf(id), prefix));
    }
    return shelfSource(shelf(book), caller);
  };
  const list: Handle = (book, caller, form) => {
    checkNames(form, [...LIST_NAMES, ...Object.keys(parents), ...fields]);
    const isWanted = (value: object): boolean =>
      fields.every((name) => {
        const wanted = textOf(form, name);
        return wanted === undefined || (value as Record<string, unknown>)[name] === wanted;
      });
    const listed = paginate(sourceOf(book, caller, form), form, path, isWanted);
    return expand(book, caller, listed, textsOf(form, 'expand'));
  };
  const retrieve: Handle = (book, caller, form, id) =>
    expand(book, caller, requireOwn(shelf(book), id, caller, noun), textsOf(form, 'expand'));
  return [
    { method: 'GET', path, handle: list },
    { method: 'GET', path: `${path}/:id`, handle: retrieve },
  ];
}

function listEvents(book: Book, caller: Caller, form: Form): object {
  checkNames(form, [...LIST_NAMES, 'type', 'types']);
  const isWanted = readTypes(form);
  return paginate(shelfSource(book.events, caller), form, '/v1/events', ({ type }) => isWanted(type));
}
