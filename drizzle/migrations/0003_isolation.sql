-- Who may see and write what. Every table of sites goes through app.own; the exceptions stand below, each with its reason.

call app.own('site_settings');
call app.own('site_domains');
call app.own('site_payment_accounts');
call app.own('operators');
call app.own('users', 'id');
call app.own('wallets');
call app.own('referrals');
call app.own('auth_nonces');
call app.own('sessions');
call app.own('tiers');
call app.own('buyer_tier_totals', 'user_id');
call app.own('orders', 'user_id');
call app.own('order_referrals');
call app.own('order_events', 'user_id');
call app.own('payments', 'user_id');
call app.own('idempotency_keys', 'user_id');
call app.own('effects');
call app.own('vesting_policies');
call app.own('allocations', 'user_id');
call app.own('releases', 'user_id');
call app.own('payouts', 'user_id');
call app.own('commission_plans');
call app.own('commission_levels');
call app.own('commission_entries', 'agent_id');
call app.own('ledger_accounts', 'owner_id');
call app.own('ledger_transfers');
call app.own('ledger_entries');
call app.own('audit_log');

call app.append_only('order_events');
call app.append_only('effects');
call app.append_only('commission_entries');
call app.append_only('ledger_transfers');
call app.append_only('ledger_entries');
call app.append_only('audit_log');

-- Exceptions -------------------------------------------------------------------------------------------------------------

-- A site's own row has no site_id: it is the site. The code is how operators and the consumer name one.
alter table sites enable row level security;
alter table sites force row level security;
create policy site on sites to posx_owner, posx_app, posx_operator, posx_readonly, posx_queue
  using (id = app.site_id() or code = app.setting('app.site_code')) with check (id = app.site_id());
create policy admin_read on sites for select to posx_admin using (true);
create policy sweep on sites for select to posx_sweep using (true);
grant select on sites to posx_readonly, posx_admin;

-- Before the site is known, a transaction sees the one domain its request named; a connected account likewise.
create policy by_host on site_domains for select to posx_app, posx_operator, posx_readonly
  using (hostname = app.setting('app.host'));
create policy by_account on site_payment_accounts for select to posx_queue
  using (account = app.setting('app.account'));

-- Before the person is known, the session and the wallet that were just proved.
create policy buyer on sessions as restrictive to posx_app, posx_operator, posx_readonly
  using (encode(token_hash, 'hex') = app.setting('app.session') or user_id = app.user_id())
  with check (user_id = app.user_id());
create policy buyer on wallets as restrictive to posx_app
  using (address = app.setting('app.identity') or user_id = app.user_id()) with check (user_id = app.user_id());

-- An event may belong to no site yet: the consumer stores it, administrators read it.
alter table webhook_events enable row level security;
alter table webhook_events force row level security;
create policy site on webhook_events to posx_owner, posx_operator, posx_readonly, posx_queue
  using (site_id = app.site_id()) with check (site_id = app.site_id());
create policy unmapped on webhook_events for insert to posx_queue with check (site_id is null);
create policy admin_read on webhook_events for select to posx_admin using (true);
alter table dead_letters enable row level security;
alter table dead_letters force row level security;
create policy site on dead_letters to posx_owner, posx_operator, posx_readonly, posx_queue
  using (site_id = app.site_id()) with check (site_id = app.site_id());
create policy unmapped on dead_letters for insert to posx_queue with check (site_id is null);
create policy admin_read on dead_letters for select to posx_admin using (true);
grant select on webhook_events, dead_letters to posx_readonly, posx_admin;

-- A challenge is nobody's to read, and of a session only what app.enter needs.
revoke select on auth_nonces from posx_readonly, posx_admin;
revoke select on sessions from posx_readonly, posx_admin;
grant select (site_id, user_id, token_hash, expires_at, revoked_at) on sessions to posx_readonly;
grant select (site_id, user_id, created_at, expires_at, revoked_at) on sessions to posx_admin;

-- posx_app: site hosts, buyers and agents --------------------------------------------------------------------------------

grant select on sites, site_settings, site_domains, site_payment_accounts, users, wallets, referrals, auth_nonces, sessions,
  tiers, buyer_tier_totals, orders, order_events, payments, idempotency_keys, vesting_policies, allocations, releases,
  payouts, commission_plans, commission_entries to posx_app;
grant insert on users, wallets, referrals, auth_nonces, sessions, buyer_tier_totals, orders, order_referrals, order_events, payments,
  idempotency_keys to posx_app;
-- Who signs in is nobody's customer and no agent yet: the consumer binds, operators appoint.
create policy newcomer on referrals as restrictive for insert to posx_app
  with check (user_id = app.user_id() and referrer_id is null and agent_status = 'none' and direct_sales_minor = 0);
grant update (locale) on users to posx_app;
grant update (used_at) on auth_nonces to posx_app;
grant update (revoked_at) on sessions to posx_app;
grant update (held_units) on tiers, buyer_tier_totals to posx_app;
grant update (status, status_reason, version) on orders to posx_app;
grant update (state) on payments to posx_app;

-- posx_operator: the platform host, owners and managers ------------------------------------------------------------------

grant select on sites, site_settings, site_domains, site_payment_accounts, operators, users, wallets, referrals, tiers, orders,
  order_referrals, order_events, payments, webhook_events, dead_letters, vesting_policies, allocations, releases, payouts,
  commission_plans, commission_levels, commission_entries, ledger_accounts, ledger_transfers, ledger_entries, audit_log
  to posx_operator;
grant select (site_id, user_id, token_hash, expires_at, revoked_at) on sessions to posx_operator;
grant update (state, version, approved_at) on releases to posx_operator;
grant insert on audit_log to posx_operator;

-- posx_queue: the consumer -----------------------------------------------------------------------------------------------

grant select on sites, site_settings, site_payment_accounts, users, wallets, referrals, tiers, buyer_tier_totals, orders,
  order_referrals, order_events, payments, webhook_events, effects, dead_letters, vesting_policies, allocations, releases,
  payouts, commission_plans, commission_levels, commission_entries, ledger_accounts, ledger_transfers, ledger_entries
  to posx_queue;
grant insert on order_events, payments, webhook_events, effects, dead_letters, allocations, releases, payouts,
  commission_entries, ledger_accounts, ledger_transfers, ledger_entries, audit_log, buyer_tier_totals to posx_queue;
grant update (held_units, sold_units) on tiers, buyer_tier_totals to posx_queue;
grant update (status, status_reason, version, paid_at, frozen) on orders to posx_queue;
grant update (state, applied_at) on payments to posx_queue;
grant update (state, version, approved_at, reversed_base) on releases to posx_queue;
grant update (state, provider_id, provider_status, tx_hash, checked_at, settled_at) on payouts to posx_queue;
grant update (referrer_id, bound_at, direct_sales_minor) on referrals to posx_queue;
grant update (balance) on ledger_accounts to posx_queue;
grant update (state, reason) on webhook_events to posx_queue;

-- posx_sweep: which sites have due work, and nothing else ----------------------------------------------------------------

create policy sweep on orders for select to posx_sweep using (true);
create policy sweep on releases for select to posx_sweep using (true);
create policy sweep on payouts for select to posx_sweep using (true);
grant select (id, code) on sites to posx_sweep;
grant select (site_id, status, expires_at) on orders to posx_sweep;
grant select (site_id, state, due_at) on releases to posx_sweep;
grant select (site_id, state, checked_at) on payouts to posx_sweep;

-- The deployment's own: when each sweep last ran.
grant select on jobs to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;
grant insert, update on jobs to posx_queue;

-- Which migrations are applied is read by /ready/.
grant usage on schema drizzle to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;
grant select on drizzle.__drizzle_migrations to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;
