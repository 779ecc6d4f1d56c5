import type { ShortRole } from '../harness/database.ts';

export const OPERATIONS = ['select', 'insert', 'update', 'delete'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The seven roles of ours; the superuser is none. */
export const MATRIX_ROLES = ['owner', 'app', 'operator', 'readonly', 'admin', 'queue', 'sweep'] as const;
export type MatrixRole = Exclude<ShortRole, 'superuser'>;

/** What may be done with one table. A role that is not named may do nothing, the owner everything within a site. */
export interface TableExpectation extends Partial<Record<Exclude<MatrixRole, 'owner'>, string>> {
  /** Which column names a row's site, `site_id` when not given; null: no policy, the rows are the deployment's own. */
  site?: string | null;
  /** The column that names a row's person, and whom it holds to their own rows in which operations. */
  person?: { column: string; binds: Partial<Record<MatrixRole, readonly Operation[]>> };
  /** What reaches no row by site and person alone: the policy asks for more, which is not set here. */
  unreached?: Partial<Record<MatrixRole, readonly Operation[]>>;
  /** Rows are only ever added: the triggers stop even the owner. */
  appendOnly?: true;
  /** Which row stands for all of them, where not any will do. */
  row?: string;
}

/** A buyer sees and writes own rows alone. */
const buyer = (column: string) => ({ column, binds: { app: OPERATIONS } });

/** Supporters read within a site, administrators across sites. */
const READ = { readonly: 'select', admin: 'select' } as const;

/** What app.enter looks at in a session. */
const ENTERING = 'site_id, id, user_id, token_hash, expires_at, idle_minutes, seen_at, revoked_at, recheck_at';

const EVERYBODY_READS = { ...READ, app: 'select', operator: 'select', queue: 'select', sweep: 'select' } as const;

/** Grants as GRANT writes them, `update(status, version)` where only some columns are meant. */
export const TABLES: Record<string, TableExpectation> = {
  // Sites and what belongs to all of one ---------------------------------------------------------------------------------
  'public.sites': {
    ...READ,
    site: 'id',
    app: 'select',
    operator: 'select',
    queue: 'select',
    sweep: 'select(id, code, kind)',
  },
  'public.site_settings': { ...READ, app: 'select', operator: 'select', queue: 'select' },
  // The consumer never learns of a host: it enters by the site's code.
  'public.site_domains': { ...READ, app: 'select', operator: 'select' },
  'public.site_payment_accounts': {
    ...READ,
    app: 'select',
    operator: 'select',
    queue: 'select',
    sweep: 'select(account, provider, site_id)',
  },
  // Who may operate a site is no business of its buyers' connection.
  'public.operators': { ...READ, operator: 'select' },
  'public.machine_clients': { ...READ, operator: 'select' },

  // People ---------------------------------------------------------------------------------------------------------------
  'public.users': {
    ...READ,
    person: buyer('id'),
    app: 'select, insert, update(locale, auth0_sub, email, email_verified, closed_at, status_reason)',
    operator: 'select, update(status, status_reason, kyc, auth0_sub, email, email_verified, locale, closed_at)',
    queue: 'select',
  },
  'public.wallets': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(is_primary, unbound_at, user_id, verified_at, address)',
    operator: 'select, update(is_primary, unbound_at, address)',
    queue: 'select',
  },
  // Orders of others copy the chain above them, so everybody's place in the tree is read; a newcomer adds their own alone.
  'public.referrals': {
    ...READ,
    person: { column: 'user_id', binds: { app: ['insert'] } },
    row: `referrer_id is null and agent_status = 'none' and direct_sales_minor = 0`,
    app: 'select, insert',
    operator: 'select',
    queue: 'select, update(referrer_id, bound_at, direct_sales_minor)',
  },
  // A challenge is answered before anybody is known, so no person holds it; nobody else may read one.
  'public.auth_nonces': {
    app: 'select, insert, update(used_at)',
    queue: 'select(site_id, expires_at), delete',
    sweep: 'select(site_id, expires_at)',
  },
  // Whoever reads sessions reads what app.enter needs; the sealed refresh token is for its holder and the key rotation.
  'public.sessions': {
    person: {
      column: 'user_id',
      binds: { app: OPERATIONS, operator: OPERATIONS, readonly: OPERATIONS },
    },
    // An administrator ends those of a person who was blocked, and names that person by their subject.
    unreached: { admin: ['update'] },
    app: 'select, insert, update(revoked_at, refresh_token, seen_at, end_reason, recheck_at, user_agent)',
    operator: `select(${ENTERING}, created_at), update(seen_at, revoked_at, end_reason, user_agent, refresh_token)`,
    readonly: `select(${ENTERING}, created_at)`,
    admin: `select(${ENTERING}, created_at), update(revoked_at, end_reason)`,
    queue:
      'select(site_id, id, refresh_token, refresh_token_key, expires_at, revoked_at, seen_at, idle_minutes), ' +
      'update(refresh_token), delete',
    sweep: 'select(site_id, refresh_token_key, expires_at, revoked_at)',
  },
  'public.login_audit': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(client_address, user_agent)',
    operator: 'select, update(client_address, user_agent)',
    queue: 'select(site_id, id, at, client_address, user_agent, has_personal), update(client_address, user_agent)',
    sweep: 'select(site_id, at, has_personal)',
  },

  // Sale -----------------------------------------------------------------------------------------------------------------
  // Never a price or a supply: placing an order moves what is held, settling it what is sold.
  'public.tiers': {
    ...READ,
    app: 'select, update(held_units)',
    operator:
      'select, insert, update(name, description, unit_price_minor, tokens_per_unit_base, total_units, ' +
      'max_units_per_buyer, display_order, opens_at, closes_at, active, version, sold_units)',
    queue: 'select, update(held_units, sold_units)',
  },
  'public.tier_promotions': {
    ...READ,
    app: 'select',
    operator: 'select, insert, update(unit_price_minor, bonus_per_unit_base, starts_at, ends_at, active)',
  },
  // Placing an order and its end count the uses; what a code gives is the operator's.
  'public.promo_codes': {
    ...READ,
    app: 'select, update(used_count)',
    operator:
      'select, insert, update(percent_basis_points, fixed_minor, bonus_per_unit_base, max_uses, max_uses_per_buyer, ' +
      'starts_at, ends_at, minimum_minor, tier_ids, active)',
    queue: 'select, update(used_count)',
  },
  'public.promo_redemptions': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(returned_at)',
    operator: 'select',
    queue: 'select, update(returned_at)',
  },
  // Addresses are shared by many buyers, so no person holds a row; it tells nothing but a count.
  'public.address_holds': {
    ...READ,
    app: 'select, insert, update(unpaid_count)',
    queue: 'select, update(unpaid_count)',
  },
  'public.buyer_tier_totals': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(held_units)',
    operator: 'select, update(sold_units)',
    queue: 'select, insert, update(held_units, sold_units)',
  },
  'public.vesting_policies': { ...READ, app: 'select', operator: 'select', queue: 'select' },
  'public.commission_plans': { ...READ, app: 'select', operator: 'select', queue: 'select' },
  'public.commission_levels': { ...READ, operator: 'select', queue: 'select' },

  // Orders ---------------------------------------------------------------------------------------------------------------
  // Which states each may set is the trigger's to say.
  'public.orders': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(status, status_reason, version)',
    operator: 'select, update(review_wish, warning_cleared_at, restocked_at)',
    queue:
      'select, update(status, status_reason, version, paid_at, frozen, expires_at, extended_at, warned_at, review_wish, ' +
      'reversed_minor, commissions_held_until)',
    sweep:
      'select(site_id, status, expires_at, review_wish, id, frozen, warned_at, warning_cleared_at, ' +
      'commissions_held_until)',
  },
  // Names agents, not the buyer; the buyer's connection writes the copy of the chain and never reads it.
  'public.order_referrals': { ...READ, app: 'insert', operator: 'select', queue: 'select' },
  'public.order_events': {
    ...READ,
    appendOnly: true,
    person: buyer('user_id'),
    app: 'select, insert',
    operator: 'select',
    queue: 'select, insert',
  },
  'public.payments': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert, update(state)',
    operator: 'select',
    queue: 'select, insert, update(state, applied_at)',
    sweep: 'select(site_id, provider, intent_id)',
  },
  // Who asks for a refund is an operator; what becomes of it is the provider's word, which only the consumer hears.
  'public.refunds': {
    ...READ,
    person: buyer('user_id'),
    app: 'select',
    operator: 'select, insert, update(state)',
    queue: 'select, insert, update(state, provider_id, provider_status, checked_at, settled_at, open_calls)',
    sweep: 'select(site_id, state, checked_at)',
  },
  'public.disputes': {
    ...READ,
    // A buyer policy stands although their connection has no grant: one granted by mistake shows own rows alone.
    person: buyer('user_id'),
    operator: 'select',
    queue:
      'select, insert, update(status, reason, amount_minor, withdrawn_minor, reinstated_minor, lost_minor, is_open, ' +
      'version, checked_at, due_by)',
    sweep: 'select(site_id, is_open, checked_at, order_id)',
  },
  'public.dispute_changes': { ...READ, appendOnly: true, operator: 'select', queue: 'select, insert' },
  'public.idempotency_keys': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, insert',
    queue: 'select(site_id, created_at), delete',
    sweep: 'select(site_id, created_at)',
  },

  // Tokens ---------------------------------------------------------------------------------------------------------------
  'public.allocations': {
    ...READ,
    person: buyer('user_id'),
    app: 'select, update(wallet_address, wallet_changed_at)',
    operator: 'select',
    queue: 'select, insert, update(reversed_base, frozen_base)',
  },
  'public.releases': {
    ...READ,
    person: buyer('user_id'),
    app: 'select',
    operator: 'select, update(state, version, approved_at)',
    queue: 'select, insert, update(state, version, approved_at, reversed_base, netted_base)',
    sweep: 'select(site_id, state, due_at, order_id)',
  },
  'public.payouts': {
    ...READ,
    person: buyer('user_id'),
    app: 'select',
    operator: 'select',
    queue: 'select, insert, update(state, provider_id, provider_status, tx_hash, checked_at, settled_at)',
    sweep: 'select(site_id, state, checked_at)',
  },

  // Money ----------------------------------------------------------------------------------------------------------------
  'public.commission_entries': {
    ...READ,
    appendOnly: true,
    person: buyer('agent_id'),
    app: 'select',
    operator: 'select',
    queue: 'select, insert',
  },
  'public.ledger_accounts': {
    ...READ,
    person: buyer('owner_id'),
    app: 'select',
    operator: 'select',
    queue: 'select, insert, update(balance)',
  },
  // An agent sees that an own commission became available.
  'public.ledger_transfers': {
    ...READ,
    appendOnly: true,
    unreached: { app: ['select'] },
    app: 'select(site_id, kind, reference_type, reference_id)',
    operator: 'select',
    queue: 'select, insert',
  },
  'public.ledger_entries': { ...READ, appendOnly: true, operator: 'select', queue: 'select, insert' },

  // Providers ------------------------------------------------------------------------------------------------------------
  // The consumer may also add rows of no site yet (see below in the matrix); it never reads them.
  // The sweep asks which of a provider's events were received, of whatever site, and which sites have old ones.
  'public.webhook_events': {
    ...READ,
    operator: 'select',
    queue: 'select, insert, update(state, reason, payload, cut_at)',
    sweep: 'select(site_id, provider, event_id, state, received_at, cut_at)',
  },
  'public.dead_letters': {
    ...READ,
    operator: 'select',
    queue: 'select, insert, update(replayed_at, body, cut_at)',
    sweep: 'select(site_id, at, replayed_at, cut_at)',
  },
  'public.reconciliation_breaks': {
    ...READ,
    operator: 'select, update(state, note, resolved_at)',
    queue: 'select, insert, update(state, note, resolved_at)',
  },
  // How far the events of an account were read: the platform's own account belongs to no site.
  'public.provider_cursors': {
    ...READ,
    site: null,
    queue: 'select, insert, update(read_until, last_event, at, lost_at)',
    sweep: 'select',
  },
  'public.effects': { ...READ, appendOnly: true, queue: 'select, insert' },

  // Records --------------------------------------------------------------------------------------------------------------
  // The consumer reads what it seals; that something is unsealed is all the sweep sees.
  // A buyer and an administrator write under their own name.
  'public.audit_log': {
    ...READ,
    appendOnly: true,
    person: { column: 'actor_id', binds: { app: ['insert'], admin: ['insert'] } },
    app: 'insert',
    admin: 'select, insert',
    operator: 'select, insert',
    queue: 'select, insert',
    sweep: 'select(site_id, id)',
  },
  'public.audit_seals': {
    ...READ,
    appendOnly: true,
    queue: 'select, insert',
    sweep: 'select(site_id, sequence, audit_id)',
  },

  // The deployment's own: /ready reads them on every connection ------------------------------------------------------------
  'public.jobs': { ...EVERYBODY_READS, site: null, queue: 'select, insert, update' },
  'app.clock': { ...EVERYBODY_READS, site: null },
  'app.transitions': { ...EVERYBODY_READS, site: null },
  'drizzle.__drizzle_migrations': { ...EVERYBODY_READS, site: null },
};
