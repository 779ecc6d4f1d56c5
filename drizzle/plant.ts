import pg from 'pg';
import { loadChecks, runChecks } from './check.ts';

/** A violation to plant, and the check that must find it. */
interface Plant {
  check: string;
  sql: string;
}

/** An order out of nothing, in the given state; triggers and foreign keys are off while it is planted. */
const order = (id: string, status: string, extra = '') => `
  insert into orders (site_id, id, user_id, tier_id, tier_version, quantity, unit_price_minor, discount_minor, amount_minor,
    currency, token_base, wallet_id, wallet_address, terms_version, settings_version, plan_id, vesting_policy_id, status,
    created_at, expires_at, paid_at)
  select t.site_id, '${id}', r.user_id, t.id, 1, 1, 1000, 0, 1000, 'USD', 10, r.user_id, '0x' || repeat('a', 40), '1', 1,
    p.id, t.id, '${status}', app.now(), app.now(), app.now()
  from (select * from tiers order by site_id, id limit 1) t
  join lateral (select * from referrals x where x.site_id = t.site_id order by x.user_id limit 1) r on true
  join lateral (select * from commission_plans x where x.site_id = t.site_id limit 1) p on true;
  insert into order_events (site_id, order_id, sequence, user_id, status, actor, at)
  select site_id, id, 1, user_id, status, 'plant', app.now() from orders where id = '${id}'; ${extra}`;

const ORDER = '00000000-0000-7000-8000-0000000000aa';
const ROW = '00000000-0000-7000-8000-0000000000bb';
const OTHER = '00000000-0000-7000-8000-0000000000cc';

const allocation = (total: number) => `
  insert into allocations (site_id, id, order_id, user_id, total_base, wallet_address, payable_from, created_at)
  select site_id, '${ROW}', id, user_id, ${total}, wallet_address, app.now(), app.now() from orders where id = '${ORDER}';`;

const release = (amount: number, state: string) => `
  insert into releases (site_id, id, allocation_id, order_id, user_id, sequence, due_at, amount_base, state)
  select site_id, '${ROW}', '${ROW}', id, user_id, 0, app.now(), ${amount}, '${state}' from orders where id = '${ORDER}';`;

const payout = (state: string, amount: number) => `
  insert into payouts (site_id, id, release_id, user_id, attempt, external_tx_id, vault_account, asset, destination,
    amount_base, state, created_at, checked_at)
  select site_id, '${ROW}', '${ROW}', user_id, 1, 'plant', '1', 'X', wallet_address, ${amount}, '${state}', app.now(), app.now()
  from orders where id = '${ORDER}';`;

const payment = `
  insert into payments (site_id, id, order_id, user_id, provider, intent_id, amount_minor, currency, state, created_at, applied_at)
  select site_id, '${ROW}', id, user_id, 'stripe', 'pi_plant', amount_minor, currency, 'applied', app.now(), app.now()
  from orders where id = '${ORDER}';`;

const refund = (amount: number, state: string) => `
  insert into refunds (site_id, id, order_id, payment_id, user_id, amount_minor, currency, state, created_at, checked_at)
  select site_id, '${OTHER}', id, '${ROW}', user_id, ${amount}, currency, '${state}', app.now(), app.now()
  from orders where id = '${ORDER}';`;

const dispute = (status: string, lost: number, isOpen: boolean) => `
  insert into disputes (site_id, id, order_id, payment_id, user_id, provider_id, status, amount_minor, withdrawn_minor,
    reinstated_minor, lost_minor, currency, is_open, opened_at, checked_at)
  select site_id, '${ROW}', id, '${ROW}', user_id, 'dp_plant', '${status}', 1000, 1000, 0, ${lost}, currency, ${String(isOpen)},
    app.now(), app.now()
  from orders where id = '${ORDER}';`;

const change = (status: string) => `
  insert into dispute_changes (site_id, id, dispute_id, sequence, status, withdrawn_minor, reinstated_minor, lost_minor, at)
  select site_id, '${ROW}', id, 1, '${status}', withdrawn_minor, 0, lost_minor, app.now() from disputes where id = '${ROW}';`;

const commission = (kind: string, id: string, amount: number) => `
  insert into commission_entries (site_id, id, order_id, agent_id, plan_id, level, kind, rate_basis_points, net_minor,
    amount_minor, currency, ready_at, created_at)
  select site_id, '${id}', id, user_id, plan_id, 1, '${kind}', 100, 1000, ${amount}, 'USD', app.now(), app.now()
  from orders where id = '${ORDER}';`;

/** A promo code that says it was used so often, and the one use there is. */
const promo = (used: number, most: number | null, mostPerBuyer: number | null) => `
  insert into promo_codes (site_id, id, code, fixed_minor, max_uses, max_uses_per_buyer, used_count, created_at)
  select site_id, '${ROW}', 'PLANT', 1, ${most}, ${mostPerBuyer}, ${used}, app.now() from orders where id = '${ORDER}';
  update orders set promo_code_id = '${ROW}' where id = '${ORDER}';
  insert into promo_redemptions (site_id, order_id, promo_code_id, user_id, redeemed_at)
  select site_id, id, '${ROW}', user_id, app.now() from orders where id = '${ORDER}';`;

/** Two audit rows of one site, sealed; then what is done to them past the triggers, which are off. */
const audited = (tampering: string) => `
  alter table audit_log disable trigger user;
  alter table audit_seals disable trigger user;
  insert into audit_log (site_id, id, action, subject_type, subject_id, request_id, at)
  select s.id, made.id::uuid, 'plant', 'site', s.id, 'plant', app.now()
  from (select id from sites order by id limit 1) s, (values ('${ROW}'), ('${OTHER}')) made (id);
  select set_config('app.site_id', (select id::text from sites order by id limit 1), true);
  select app.seal_audit(1000);
  ${tampering}`;

const PLANTS: readonly Plant[] = [
  { check: 'rls_forced', sql: 'alter table orders disable row level security' },
  { check: 'rls_forced', sql: 'alter table sites no force row level security' },
  { check: 'rls_forced', sql: 'create table public.plant (site_id uuid not null)' },
  { check: 'site_policy', sql: 'drop policy site on orders' },
  {
    check: 'site_policy',
    sql: 'create table public.plant (site_id uuid not null); alter table plant enable row level security; alter table plant force row level security; create policy site on plant using (site_id is not null)',
  },
  { check: 'no_privileged_role', sql: 'alter role posx_app bypassrls' },
  { check: 'no_privileged_role', sql: 'alter role posx_readonly superuser' },
  { check: 'no_privileged_role', sql: 'create role plant_boss bypassrls; grant plant_boss to posx_queue' },
  { check: 'only_owner_owns', sql: 'alter table jobs owner to posx_queue' },
  { check: 'only_owner_owns', sql: 'alter function app.post(jsonb) owner to posx_queue' },
  {
    check: 'composite_foreign_keys',
    sql: 'create table public.plant (site_id uuid not null, tier_id uuid, unique (site_id, tier_id)); alter table tiers add constraint plant_id unique (id); alter table plant add foreign key (tier_id) references tiers (id)',
  },
  { check: 'unique_within_site', sql: 'create unique index plant on wallets (id)' },
  { check: 'unique_within_site', sql: 'create unique index plant on referrals (code) where referrer_id is null' },
  { check: 'index_leads_with_site', sql: 'create table public.plant (id uuid primary key, site_id uuid not null)' },
  { check: 'site_is_fixed', sql: 'drop trigger site_is_fixed on payments' },
  { check: 'site_is_fixed', sql: 'alter table payments disable trigger site_is_fixed' },
  { check: 'no_security_definer', sql: 'alter function app.post(jsonb) security definer' },
  { check: 'no_security_definer', sql: 'create view public.plant as select * from orders' },
  { check: 'no_security_definer', sql: 'create materialized view public.plant as select * from orders' },
  { check: 'no_open_policy', sql: 'create policy plant on orders for select to posx_app using (true)' },
  { check: 'no_open_policy', sql: 'create policy admin_read on jobs for all to posx_admin using (true)' },
  { check: 'no_dangerous_grant', sql: 'grant truncate on orders to posx_queue' },
  { check: 'no_dangerous_grant', sql: 'grant references on users to posx_app' },
  { check: 'no_dangerous_grant', sql: 'grant select on jobs to public' },
  { check: 'append_only', sql: 'drop trigger append_only on ledger_entries' },
  { check: 'append_only', sql: 'alter table audit_log disable trigger append_only_whole' },
  { check: 'append_only', sql: 'grant update (amount) on ledger_entries to posx_queue' },
  { check: 'append_only', sql: 'grant delete on effects to posx_queue' },
  { check: 'only_queue_posts', sql: 'grant insert on ledger_entries to posx_operator' },
  { check: 'only_queue_posts', sql: 'grant update (balance) on ledger_accounts to posx_app' },
  { check: 'fixed_search_path', sql: 'alter function app.post(jsonb) reset search_path' },
  { check: 'state_triggers', sql: 'drop trigger release_state on releases' },
  { check: 'state_triggers', sql: 'alter table orders disable trigger order_state' },
  { check: 'tier_stock', sql: 'update tiers set held_units = 1' },
  { check: 'tier_stock', sql: order(ORDER, 'pending') },
  {
    check: 'buyer_totals',
    sql: 'insert into buyer_tier_totals (site_id, user_id, tier_id, held_units, sold_units) select t.site_id, r.user_id, t.id, 1, 0 from tiers t join referrals r on r.site_id = t.site_id',
  },
  {
    check: 'order_events',
    sql: order(ORDER, 'pending', `update orders set status = 'cancelled' where id = '${ORDER}'`),
  },
  { check: 'paid_orders', sql: order(ORDER, 'paid') },
  { check: 'paid_orders', sql: order(ORDER, 'pending', allocation(10)) },
  { check: 'releases_sum', sql: order(ORDER, 'paid', allocation(10) + release(9, 'due')) },
  { check: 'releases_sum', sql: order(ORDER, 'paid', allocation(11) + release(11, 'due')) },
  { check: 'payouts_match', sql: order(ORDER, 'paid', allocation(10) + release(10, 'submitted')) },
  {
    check: 'payouts_match',
    sql: order(ORDER, 'paid', allocation(10) + release(10, 'submitted') + payout('submitted', 11)),
  },
  {
    check: 'commissions_capped',
    sql: order(
      ORDER,
      'paid',
      `insert into commission_entries (site_id, id, order_id, agent_id, plan_id, level, kind, rate_basis_points, net_minor,
        amount_minor, currency, ready_at, created_at)
      select site_id, '${ROW}', id, user_id, plan_id, 1, 'accrual', 100, 1000, 10, 'USD', app.now(), app.now()
      from orders where id = '${ORDER}'`,
    ),
  },
  {
    check: 'commissions_reversed',
    sql: order(ORDER, 'paid', commission('accrual', ROW, 10) + commission('reversal', OTHER, -1)),
  },
  {
    check: 'commissions_reversed',
    sql:
      order(ORDER, 'refunded', commission('accrual', ROW, 10)) +
      `update orders set reversed_minor = 1000 where id = '${ORDER}'`,
  },
  { check: 'commissions_ready', sql: order(ORDER, 'paid', commission('accrual', ROW, 10)) },
  { check: 'state_triggers', sql: 'drop trigger refund_state on refunds' },
  { check: 'promo_uses', sql: order(ORDER, 'pending', promo(2, null, null)) },
  { check: 'promo_uses', sql: order(ORDER, 'expired', promo(1, null, null)) },
  {
    check: 'promo_uses',
    sql: order(ORDER, 'pending', promo(1, null, null)) + `delete from promo_redemptions where order_id = '${ORDER}'`,
  },
  {
    check: 'promo_uses',
    sql: `alter table promo_codes drop constraint promo_codes_uses; ${order(ORDER, 'pending', promo(1, 0, null))}`,
  },
  {
    check: 'promo_uses',
    sql: `alter table promo_codes drop constraint promo_codes_uses; ${order(ORDER, 'pending', promo(1, null, 0))}`,
  },
  {
    check: 'address_holds',
    sql: `insert into address_holds (site_id, address_hash, unpaid_count) select id, sha256('plant'), 1 from sites limit 1`,
  },
  {
    check: 'address_holds',
    sql: order(ORDER, 'pending', `update orders set address_hash = sha256('plant') where id = '${ORDER}'`),
  },
  { check: 'reversals', sql: order(ORDER, 'refunded', payment + refund(1_001, 'succeeded')) },
  { check: 'reversals', sql: order(ORDER, 'paid', payment + refund(400, 'succeeded')) },
  { check: 'reversals', sql: order(ORDER, 'refunded', payment) },
  { check: 'reversals', sql: order(ORDER, 'paid', payment + dispute('lost', 1_000, false)) },
  {
    check: 'reversals',
    sql:
      order(ORDER, 'paid', payment + refund(400, 'failed') + allocation(10)) +
      `update orders set reversed_minor = 400 where id = '${ORDER}'`,
  },
  {
    check: 'buyer_debt',
    sql: order(ORDER, 'paid', allocation(10)) + `update allocations set reversed_base = 4 where id = '${ROW}'`,
  },
  { check: 'dispute_changes', sql: order(ORDER, 'paid', payment + dispute('won', 0, false)) },
  {
    check: 'dispute_changes',
    sql: order(ORDER, 'paid', payment + dispute('won', 0, false) + change('needs_response')),
  },
  {
    check: 'dispute_changes',
    sql: order(ORDER, 'paid', payment + dispute('under_review', 0, true) + change('under_review')),
  },
  { check: 'ledger_money', sql: order(ORDER, 'paid', payment + refund(400, 'failed')) },
  {
    check: 'ledger_balanced',
    sql: `insert into ledger_accounts (site_id, id, kind, asset, balance) select id, '${ROW}', 'sales', 'USD', 5 from sites limit 1`,
  },
  {
    check: 'ledger_balanced',
    sql: `insert into ledger_accounts (site_id, id, kind, asset, balance) select id, '${ROW}', 'sales', 'USD', 5 from sites limit 1;
      insert into ledger_entries (site_id, transfer_id, account_id, amount) select site_id, '${OTHER}', id, 5 from ledger_accounts where id = '${ROW}'`,
  },
  { check: 'ledger_owed', sql: order(ORDER, 'paid', allocation(10) + release(10, 'due')) },
  {
    check: 'referral_tree',
    sql: `update referrals r set referrer_id = (select x.user_id from referrals x where x.site_id = r.site_id and x.referrer_id = r.user_id)
      where r.referrer_id is null and exists (select from referrals x where x.site_id = r.site_id and x.referrer_id = r.user_id)`,
  },
  {
    check: 'direct_sales',
    sql: `update referrals set direct_sales_minor = direct_sales_minor + 1 where user_id = (select user_id from referrals limit 1)`,
  },
  { check: 'append_only', sql: 'alter table audit_seals enable trigger append_only' },
  { check: 'audit_chain', sql: audited(`update audit_log set action = 'other' where id = '${ROW}'`) },
  { check: 'audit_chain', sql: audited(`delete from audit_log where id = '${ROW}'`) },
  { check: 'audit_chain', sql: audited(`update audit_seals set sequence = 7 where audit_id = '${ROW}'`) },
  { check: 'audit_chain', sql: audited(`delete from audit_seals where sequence = 1`) },
  { check: 'audit_sealed', sql: audited(`delete from audit_seals`) },
  { check: 'ledger_money', sql: order(ORDER, 'paid', payment) },
  {
    check: 'ledger_money',
    sql: `insert into ledger_accounts (site_id, id, kind, asset, balance) select id, '${ROW}', 'agent_held', 'USD', 5 from sites limit 1`,
  },
  { check: 'secrets_unread', sql: 'grant select on auth_nonces to posx_readonly' },
  { check: 'secrets_unread', sql: 'grant select (refresh_token) on sessions to posx_admin' },
];

export interface PlantReport {
  planted: number;
  found: number;
  /** Plants that their check did not find, and checks that nothing was planted for. */
  missed: string[];
}

/**
 * Proves that the checks can fail: plants each violation in a transaction of its own, looks as posx_admin, rolls back.
 *
 * @param superuserUrl a superuser's connection to a seeded database; nothing of it stays changed
 */
export async function plantViolations(superuserUrl: string): Promise<PlantReport> {
  const checks = await loadChecks();
  const missed = checks
    .filter(({ name }) => !PLANTS.some((plant) => plant.check === name))
    .map(({ name }) => `${name}: nothing planted`);
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  let found = 0;
  try {
    for (const plant of PLANTS) {
      const check = checks.filter(({ name }) => name === plant.check);
      await client.query('begin');
      await client.query('set local search_path = public; set local session_replication_role = replica');
      await client.query(plant.sql);
      await client.query('set local role posx_admin');
      const violations = await runChecks(client, check);
      await client.query('rollback');
      if (violations.length > 0) found += 1;
      else missed.push(`${plant.check}: ${plant.sql.trim().split('\n')[0] ?? ''}`);
    }
  } finally {
    await client.end();
  }
  return { planted: PLANTS.length, found, missed };
}
