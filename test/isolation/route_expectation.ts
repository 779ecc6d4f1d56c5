import { GROUPS, type Actor, type Group } from './route_actor.ts';

/** Where a request arrives. Expectations of `forwarded` are those of `other`: forwarded headers mean nothing. */
export const HOSTS = {
  own: 'the host of the site whose objects are asked for',
  other: 'another site’s host',
  forwarded: 'another site’s host, with forwarding headers that name the own one',
  platform: 'the platform host',
  unknown: 'a host that no site has',
} as const;

export type Host = keyof typeof HOSTS;

export const HOST_NAMES = Object.keys(HOSTS) as Host[];

/**
 * A status, for a refusal with its code. Whatever is refused writes nothing, and so does every GET; `unchanged` says the
 * same of a success, and `recorded` that a GET leaves a trace of itself.
 */
export type Outcome = `${number}` | `${number} unchanged` | `${number} recorded` | `${number} ${string}.${string}`;

/** One outcome for all actors, or `otherwise` and those who differ. An actor's own line goes before a group's. */
type Rule = Outcome | (Partial<Record<Actor | Group, Outcome>> & { otherwise: Outcome });

type Expectation = Record<Exclude<Host, 'forwarded'>, Rule>;

const UNKNOWN_HOST = '421 host.unknown';
const NOTHING_HERE = '404 request.not_found';
const SIGN_IN = '401 auth.required';

const everywhere = (outcome: Outcome): Expectation => ({
  own: outcome,
  other: outcome,
  platform: outcome,
  unknown: outcome,
});

const onKnownHosts = (outcome: Outcome): Expectation => ({ ...everywhere(outcome), unknown: UNKNOWN_HOST });

/** Of the platform host alone: on sites there is no such route. */
const platformOnly = (platform: Rule): Expectation => ({ ...onKnownHosts(NOTHING_HERE), platform });

/** Sites sell, the platform does not. */
const sitesOnly = (own: Rule, other: Rule): Expectation => ({
  own,
  other,
  platform: NOTHING_HERE,
  unknown: UNKNOWN_HOST,
});

const NO_ORDER_OF_YOURS = '404 order.unknown';
const NO_WALLET_OF_YOURS = '404 wallet.unknown';
const NO_ALLOCATION_OF_YOURS = '404 allocation.unknown';
const NO_SESSION_OF_YOURS = '404 session.unknown';

/** Every operator of the site may read; to those of other sites it is a site that does not exist. */
const FOR_STAFF: Exclude<Rule, string> = {
  otherwise: SIGN_IN,
  staff: '200',
  foreignOwner: NOTHING_HERE,
  appointedNowhere: NOTHING_HERE,
};

/** None of the actors is an administrator, and to whoever is none there is no such route. */
const FOR_ADMINISTRATORS: Rule = { otherwise: SIGN_IN, platformUsers: NOTHING_HERE };

/**
 * Who gets what where, for a valid request about the own site's objects: its tier, the buyer's order and wallet, a
 * release of it. Every route of the API has its line.
 */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'GET /health': everywhere('200'),
  'GET /health/': everywhere('200'),
  'GET /ready': everywhere('200'),
  'GET /ready/': everywhere('200'),
  'GET /api/openapi.json': onKnownHosts('200'),

  'POST /api/v1/webhooks/stripe': platformOnly('200'),
  'POST /api/v1/webhooks/fireblocks': platformOnly('200'),

  'GET /api/v1/site': onKnownHosts('200'),

  'POST /api/v1/auth/nonce': onKnownHosts('200'),
  // The challenge was the own site's; whoever brings it signed is the buyer from then on, whatever session they had.
  'POST /api/v1/auth/wallet': { ...everywhere('401 auth.nonce_invalid'), own: '200', unknown: UNKNOWN_HOST },
  'POST /api/v1/auth/logout': {
    own: { otherwise: '204 unchanged', customers: '204' },
    other: { otherwise: '204 unchanged', elsewhere: '204' },
    platform: { otherwise: '204 unchanged', platformUsers: '204' },
    unknown: UNKNOWN_HOST,
  },

  // Off to Auth0: it leaves nothing but a cookie, whoever asks.
  'GET /api/v1/auth/login': { ...everywhere('303'), unknown: UNKNOWN_HOST },
  'GET /api/v1/auth/callback': platformOnly('303'),
  // The sign-in was begun by another browser.
  'GET /api/v1/auth/complete': { ...everywhere('400 auth.state_invalid'), unknown: UNKNOWN_HOST },

  'GET /api/v1/me': {
    own: { otherwise: SIGN_IN, customers: '200' },
    other: { otherwise: SIGN_IN, elsewhere: '200' },
    platform: { otherwise: SIGN_IN, platformUsers: '200' },
    unknown: UNKNOWN_HOST,
  },
  'GET /api/v1/me/sessions': {
    own: { otherwise: SIGN_IN, customers: '200' },
    other: { otherwise: SIGN_IN, elsewhere: '200' },
    platform: { otherwise: SIGN_IN, platformUsers: '200' },
    unknown: UNKNOWN_HOST,
  },
  'DELETE /api/v1/me/sessions': {
    own: { otherwise: SIGN_IN, customers: '204' },
    other: { otherwise: SIGN_IN, elsewhere: '204' },
    platform: { otherwise: SIGN_IN, platformUsers: '204' },
    unknown: UNKNOWN_HOST,
  },
  'DELETE /api/v1/me/sessions/:id': {
    own: { otherwise: SIGN_IN, customers: NO_SESSION_OF_YOURS, buyer: '204' },
    other: { otherwise: SIGN_IN, elsewhere: NO_SESSION_OF_YOURS },
    platform: { otherwise: SIGN_IN, platformUsers: NO_SESSION_OF_YOURS },
    unknown: UNKNOWN_HOST,
  },
  'GET /api/v1/me/balance': sitesOnly(
    { otherwise: SIGN_IN, customers: '200' },
    { otherwise: SIGN_IN, elsewhere: '200' },
  ),

  'GET /api/v1/me/export': {
    own: { otherwise: SIGN_IN, customers: '200 recorded' },
    other: { otherwise: SIGN_IN, elsewhere: '200 recorded' },
    platform: { otherwise: SIGN_IN, platformUsers: '200 recorded' },
    unknown: UNKNOWN_HOST,
  },
  // Asked with sessions of yesterday's sign-in: a success would take the actors from the routes below.
  'POST /api/v1/me/anonymise': sitesOnly(
    { otherwise: SIGN_IN, customers: '403 auth.fresh_required' },
    { otherwise: SIGN_IN, elsewhere: '403 auth.fresh_required' },
  ),

  'GET /api/v1/platform/users': platformOnly(FOR_ADMINISTRATORS),
  'POST /api/v1/platform/users/:sub/block': platformOnly(FOR_ADMINISTRATORS),
  'POST /api/v1/platform/users/:sub/unblock': platformOnly(FOR_ADMINISTRATORS),

  'GET /api/v1/admin/:site/users': platformOnly(FOR_STAFF),
  'GET /api/v1/admin/:site/users/:id': platformOnly(FOR_STAFF),
  'PATCH /api/v1/admin/:site/users/:id': platformOnly({ ...FOR_STAFF, support: '403 auth.forbidden', staff: '204' }),
  // The buyer has an unpaid order.
  'POST /api/v1/admin/:site/users/:id/anonymise': platformOnly({
    ...FOR_STAFF,
    staff: '403 auth.forbidden',
    owner: '409 user.open_claims',
  }),

  'GET /api/v1/admin/:site/releases': platformOnly(FOR_STAFF),
  'POST /api/v1/admin/:site/releases/approve': platformOnly({
    otherwise: SIGN_IN,
    support: '403 auth.forbidden',
    manager: '200',
    owner: '200',
    foreignOwner: NOTHING_HERE,
    appointedNowhere: NOTHING_HERE,
  }),
  'GET /api/v1/admin/:site/webhook-events': platformOnly(FOR_STAFF),
  'POST /api/v1/admin/:site/webhook-events/:id/replay': platformOnly({ ...FOR_STAFF, support: '403 auth.forbidden' }),
  'GET /api/v1/admin/:site/dead-letters': platformOnly(FOR_STAFF),
  'POST /api/v1/admin/:site/dead-letters/:id/replay': platformOnly({ ...FOR_STAFF, support: '403 auth.forbidden' }),
  'GET /api/v1/admin/:site/orders': platformOnly(FOR_STAFF),
  'GET /api/v1/admin/:site/orders/:id': platformOnly(FOR_STAFF),
  'POST /api/v1/admin/:site/orders/:id/refunds': platformOnly({
    ...FOR_STAFF,
    support: '403 auth.forbidden',
    staff: '201',
  }),
  // No order of the buyer is under review.
  'POST /api/v1/admin/:site/orders/:id/review': platformOnly({
    ...FOR_STAFF,
    support: '403 auth.forbidden',
    staff: '409 order.state',
  }),
  // Of no order of the buyer was there a warning.
  'POST /api/v1/admin/:site/orders/:id/clear-warning': platformOnly({
    ...FOR_STAFF,
    support: '403 auth.forbidden',
    staff: '409 order.state',
  }),
  // No order of the buyer is refunded.
  'POST /api/v1/admin/:site/orders/:id/restock': platformOnly({
    ...FOR_STAFF,
    support: '403 auth.forbidden',
    staff: '409 order.state',
  }),

  'GET /api/v1/tiers': sitesOnly('200', '200'),
  'GET /api/v1/tiers/:id': sitesOnly('200', '404 tier.unknown'),

  'POST /api/v1/orders/preview': sitesOnly('200', '404 tier.unknown'),
  'POST /api/v1/orders': sitesOnly(
    {
      otherwise: SIGN_IN,
      buyer: '201',
      otherBuyer: '422 user.wallet_unknown',
      agent: '422 user.wallet_unknown',
      suspended: '403 user.suspended',
    },
    // Before an order is refused, the one that its key may have made is looked for: that takes a session of this site.
    { otherwise: SIGN_IN, elsewhere: '404 tier.unknown' },
  ),
  'POST /api/v1/orders/:id/payment': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_ORDER_OF_YOURS, buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_ORDER_OF_YOURS },
  ),
  'POST /api/v1/orders/:id/cancel': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_ORDER_OF_YOURS, buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_ORDER_OF_YOURS },
  ),
  'GET /api/v1/orders': sitesOnly({ otherwise: SIGN_IN, customers: '200' }, { otherwise: SIGN_IN, elsewhere: '200' }),
  'GET /api/v1/orders/:id': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_ORDER_OF_YOURS, buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_ORDER_OF_YOURS },
  ),

  'GET /api/v1/wallets': sitesOnly({ otherwise: SIGN_IN, customers: '200' }, { otherwise: SIGN_IN, elsewhere: '200' }),
  // The challenge names the buyer's account, and the wallet is the buyer's already.
  'POST /api/v1/wallets': sitesOnly(
    { otherwise: SIGN_IN, customers: '401 auth.nonce_invalid', buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: '401 auth.nonce_invalid' },
  ),
  'POST /api/v1/wallets/:id/primary': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_WALLET_OF_YOURS, suspended: '403 user.suspended', buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_WALLET_OF_YOURS },
  ),
  'DELETE /api/v1/wallets/:id': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_WALLET_OF_YOURS, suspended: '403 user.suspended', buyer: '204' },
    { otherwise: SIGN_IN, elsewhere: NO_WALLET_OF_YOURS },
  ),

  'GET /api/v1/allocations': sitesOnly(
    { otherwise: SIGN_IN, customers: '200' },
    { otherwise: SIGN_IN, elsewhere: '200' },
  ),
  'GET /api/v1/allocations/:id': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_ALLOCATION_OF_YOURS, buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_ALLOCATION_OF_YOURS },
  ),
  'POST /api/v1/allocations/:id/wallet': sitesOnly(
    { otherwise: SIGN_IN, customers: NO_ALLOCATION_OF_YOURS, buyer: '200' },
    { otherwise: SIGN_IN, elsewhere: NO_ALLOCATION_OF_YOURS },
  ),

  'GET /api/v1/agents/commissions': sitesOnly(
    { otherwise: SIGN_IN, customers: '200' },
    { otherwise: SIGN_IN, elsewhere: '200' },
  ),
};

/** What an actor is to get from a route on a kind of host. @throws TypeError for a route without a line */
export function expectedOutcome(route: string, actor: Actor, host: Host): Outcome {
  const rule = EXPECTATIONS[route]?.[host === 'forwarded' ? 'other' : host];
  if (rule === undefined) throw new TypeError(`nobody said who may use ${route}`);
  if (typeof rule === 'string') return rule;
  const groups = Object.entries(GROUPS) as [Group, readonly Actor[]][];
  const ofGroup = groups.find(([group, actors]) => actors.includes(actor) && rule[group] !== undefined);
  return rule[actor] ?? (ofGroup && rule[ofGroup[0]]) ?? rule.otherwise;
}
