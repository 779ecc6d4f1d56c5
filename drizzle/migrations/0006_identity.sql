-- Who people are beyond one wallet: Auth0 identities, sessions that end when nobody uses them, programs with access
-- tokens, administrators. And the trail of who signed in.

-- Sites ------------------------------------------------------------------------------------------------------------------

alter table sites
  add column sign_in text[] not null default '{email,wallet}',
  add column auth_connection text,
  add column auth_client_id text,
  add column auth_audience text,
  add constraint sites_auth_client unique (auth_client_id),
  add constraint sites_auth_audience unique (auth_audience),
  add constraint sites_sign_in check (sign_in <@ array['email', 'wallet'] and cardinality(sign_in) > 0);

alter table operators
  drop constraint operators_role,
  add constraint operators_role check (role in ('support', 'manager', 'owner', 'administrator')),
  add constraint operators_administrator check (role <> 'administrator' or site_id = home_site_id);

create table machine_clients (
  site_id uuid not null references sites (id),
  id uuid not null,
  client_id text not null,
  name text not null,
  scopes text[] not null,
  active boolean not null,
  created_at timestamptz not null,
  constraint machine_clients_site_id_id_pk primary key (site_id, id),
  constraint machine_clients_client unique (site_id, client_id)
);
call app.own('machine_clients');
grant select on machine_clients to posx_operator;

-- People -----------------------------------------------------------------------------------------------------------------

alter table users
  add column auth0_sub text,
  add column email text,
  add column email_verified boolean not null default false,
  add column status_reason text,
  add column closed_at timestamptz,
  add constraint users_auth0_sub unique (site_id, auth0_sub),
  add constraint users_email check (email = lower(email)),
  add constraint users_closed check (closed_at is null or (auth0_sub is null and email is null));
create index users_by_email on users (site_id, email);

alter table wallets
  add column unbound_at timestamptz,
  drop constraint wallets_address,
  add constraint wallets_primary_bound check (not (is_primary and unbound_at is not null));
create unique index wallets_address on wallets (site_id, address) where unbound_at is null;
create index wallets_by_user on wallets (site_id, user_id);

alter table auth_nonces
  add column purpose text not null default 'sign_in',
  add column user_id uuid,
  add constraint auth_nonces_purpose check (purpose in ('sign_in', 'bind')),
  add constraint auth_nonces_bind check ((purpose = 'bind') = (user_id is not null));

alter table sessions
  add column idle_minutes integer not null default 10080,
  add column seen_at timestamptz not null default app.now(),
  add column end_reason text,
  add column user_agent text,
  add column recheck_at timestamptz,
  add constraint sessions_method check (method in ('wallet', 'auth0'));
create index sessions_by_user on sessions (site_id, user_id);
create index sessions_by_expiry on sessions (expires_at);

create table login_audit (
  site_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  event text not null,
  method text,
  session_id uuid,
  client_address text,
  user_agent text,
  request_id text not null,
  at timestamptz not null,
  has_personal boolean not null generated always as (client_address is not null or user_agent is not null) stored,
  constraint login_audit_site_id_id_pk primary key (site_id, id),
  constraint login_audit_user foreign key (site_id, user_id) references users (site_id, id)
);
create index login_audit_by_user on login_audit (site_id, user_id, id);
create index login_audit_personal on login_audit (at) where has_personal;
call app.own('login_audit', 'user_id');

-- A buyer's payouts may be sent elsewhere, to a wallet the same buyer has bound, and nowhere that no tokens may go.
alter table allocations add column wallet_changed_at timestamptz;

create function app.check_allocation_wallet() returns trigger language plpgsql set search_path = '' as $$
begin
  if not exists (
    select from public.wallets w
    where w.site_id = new.site_id and w.user_id = new.user_id and w.address = new.wallet_address and w.unbound_at is null
  ) then
    raise exception using errcode = 'PX001', message = 'user.wallet_unknown';
  end if;
  if exists (
    select from public.sites s where s.id = new.site_id
      and new.wallet_address in (lower(s.token_address), lower(s.vault_address), '0x' || repeat('0', 40))
  ) then
    raise exception using errcode = 'PX001', message = 'wallet.forbidden_address';
  end if;
  return new;
end $$;
create trigger allocation_wallet before update of wallet_address on allocations
  for each row execute function app.check_allocation_wallet();
grant execute on function app.check_allocation_wallet() to posx_app;

-- Entering ---------------------------------------------------------------------------------------------------------------

-- As before (0002), and beyond:
-- bearer    who an access token, verified by the Worker, speaks for: {"kind": "user", "subject", "client", "audience": []}
--           or {"kind": "machine", "client", "scope"}, the scope being the one the route asks for and the token carries
-- requires  also `fresh`: a buyer who proved who they are in the last fifteen minutes, in this very session; and
--           `administrator`: on the platform host, as posx_admin
--
-- A session that is used is marked at most every five minutes, by the roles that may write; two at once do not wait.
drop function app.enter(text, bytea, text, text);
drop function app.enter_account(text, text);

create function app.enter(host text, session bytea, site text default null, requires text default 'nobody',
  bearer jsonb default null)
returns table (site_id uuid, site_code text, user_id uuid, role text, site_status text, at timestamptz,
  session_id uuid, recheck_due boolean)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  here public.sites;
  person uuid;
  ticket uuid;
  proved_at timestamptz;
  last_seen timestamptz;
  recheck timestamptz;
  operating text;
begin
  perform set_config('app.site_id', '', true), set_config('app.user_id', '', true), set_config('app.role', '', true),
    set_config('app.host', coalesce(lower(host), ''), true),
    set_config('app.session', coalesce(encode(session, 'hex'), ''), true),
    set_config('app.site_code', '', true), set_config('app.subject', '', true), set_config('app.email', '', true),
    set_config('app.identity', '', true);

  if current_user = 'posx_queue' then
    if host is not null or session is not null or bearer is not null or requires <> 'nobody' then
      raise exception using errcode = 'PX001', message = 'internal', detail = 'the consumer enters by site alone';
    end if;
    perform set_config('app.site_code', coalesce(site, ''), true);
    select * into here from public.sites s where s.code = site;
    if site is not null and not found then
      raise exception using errcode = 'PX001', message = 'webhook.unmapped';
    end if;
    perform set_config('app.site_id', coalesce(here.id::text, ''), true), set_config('app.role', 'consumer', true);
    return query select here.id, here.code, null::uuid, 'consumer', here.status, app.now(), null::uuid, false;
    return;
  end if;

  select d.site_id into here.id from public.site_domains d where d.hostname = lower(host) and d.state = 'active';
  if not found then
    raise exception using errcode = 'PX001', message = 'host.unknown';
  end if;
  perform set_config('app.site_id', here.id::text, true);
  select * into here from public.sites s where s.id = here.id;
  if here.status = 'archived' then
    raise exception using errcode = 'PX001', message = 'host.unknown';
  end if;

  if session is not null then
    select s.id, s.user_id, s.created_at, s.seen_at, s.recheck_at into ticket, person, proved_at, last_seen, recheck
    from public.sessions s
    where s.site_id = here.id and s.token_hash = session and s.revoked_at is null and s.expires_at > app.now()
      and s.seen_at + make_interval(mins => s.idle_minutes) > app.now();
  elsif bearer ->> 'kind' = 'user'
    and (here.auth_client_id = bearer ->> 'client' or bearer -> 'audience' ? here.auth_audience) then
    -- Anybody's client gets a token of the shared Auth0 tenant for the asking: it counts where the client, or the API
    -- it is for, is the site's own.
    person := app.identify_subject(bearer ->> 'subject');
  end if;
  if person is not null then
    perform set_config('app.user_id', person::text, true);
    -- Asked while its own site is the entered one: a person is seen from no other.
    select case when u.closed_at is null then u.id end into person
    from public.users u where u.site_id = here.id and u.id = person;
    perform set_config('app.user_id', coalesce(person::text, ''), true),
      set_config('app.role', case when person is null then '' else 'buyer' end, true);
  end if;
  if person is not null and last_seen < app.now() - interval '5 minutes'
    and current_user in ('posx_app', 'posx_operator') then
    update public.sessions t set seen_at = app.now()
    where t.site_id = here.id and t.id = (
      select s.id from public.sessions s where s.site_id = here.id and s.id = ticket for update skip locked);
  end if;

  if bearer ->> 'kind' = 'machine' then
    -- A program works on a site it names, on the platform host, and reads only: what it may is the site's own row.
    if here.kind <> 'platform' or site is null or current_user = 'posx_app' then
      raise exception using errcode = 'PX001', message = 'auth.required';
    end if;
    perform set_config('app.site_code', site, true);
    select s.* into here from public.sites s where s.code = site;
    perform set_config('app.site_id', coalesce(here.id::text, ''), true);
    if not exists (select from public.machine_clients m
      where m.site_id = here.id and m.client_id = bearer ->> 'client' and m.active) then
      raise exception using errcode = 'PX001', message = 'request.not_found';
    end if;
    if requires <> 'support' or not exists (select from public.machine_clients m
      where m.site_id = here.id and m.client_id = bearer ->> 'client' and m.active
        and bearer ->> 'scope' = any (m.scopes)) then
      raise exception using errcode = 'PX001', message = 'auth.scope';
    end if;
    perform set_config('app.role', 'machine', true);
    return query select here.id, here.code, null::uuid, 'machine', here.status, app.now(), null::uuid, false;
    return;
  end if;

  if person is null and requires <> 'nobody' then
    raise exception using errcode = 'PX001', message = 'auth.required';
  end if;
  if requires = 'fresh' and (proved_at is null or proved_at < app.now() - interval '15 minutes') then
    raise exception using errcode = 'PX001', message = 'auth.fresh_required';
  end if;
  if site is null and requires = 'administrator' then
    if here.kind <> 'platform' or not exists (select from public.operators o
      where o.site_id = here.id and o.user_id = person and o.role = 'administrator') then
      raise exception using errcode = 'PX001', message = 'request.not_found';
    end if;
    if current_user <> 'posx_admin' then
      raise exception using errcode = 'PX001', message = 'internal', detail = 'administrators work as posx_admin';
    end if;
    if exists (select from public.users u where u.site_id = here.id and u.id = person and u.status = 'suspended') then
      raise exception using errcode = 'PX001', message = 'user.suspended';
    end if;
    perform set_config('app.role', 'administrator', true);
    return query select here.id, here.code, person, 'administrator', here.status, app.now(), ticket,
      coalesce(recheck <= app.now(), false);
    return;
  end if;
  if site is null then
    if requires not in ('nobody', 'buyer', 'fresh') then
      raise exception using errcode = 'PX001', message = 'internal', detail = 'an operator names a site';
    end if;
    return query select here.id, here.code, person, case when person is null then 'nobody' else 'buyer' end, here.status,
      app.now(), case when person is null then null else ticket end,
      person is not null and coalesce(recheck <= app.now(), false);
    return;
  end if;

  -- An operator of the platform's site works on another one. No row answers as an unknown site does.
  if here.kind <> 'platform' or current_user not in ('posx_operator', 'posx_readonly') or person is null then
    raise exception using errcode = 'PX001', message = 'request.not_found';
  end if;
  -- Asked while the platform's site is still the entered one: its people are seen from no other.
  if exists (select from public.users u where u.site_id = here.id and u.id = person and u.status = 'suspended') then
    raise exception using errcode = 'PX001', message = 'user.suspended';
  end if;
  perform set_config('app.site_code', site, true);
  select s.* into here from public.sites s where s.code = site;
  perform set_config('app.site_id', coalesce(here.id::text, ''), true);
  select o.role into operating from public.operators o
  where o.site_id = here.id and o.user_id = person and o.role <> 'administrator';
  if operating is null then
    raise exception using errcode = 'PX001', message = 'request.not_found';
  end if;
  if array_position(array['nobody', 'buyer', 'support', 'manager', 'owner'], operating)
     < array_position(array['nobody', 'buyer', 'support', 'manager', 'owner'], requires) then
    raise exception using errcode = 'PX001', message = 'auth.forbidden';
  end if;
  perform set_config('app.role', operating, true);
  return query select here.id, here.code, person, operating, here.status, app.now(), ticket,
    coalesce(recheck <= app.now(), false);
end $$;

create function app.enter_account(provider text, account text)
returns table (site_id uuid, site_code text, user_id uuid, role text, site_status text, at timestamptz,
  session_id uuid, recheck_due boolean)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  owning text;
begin
  perform set_config('app.account', account, true), set_config('app.site_code', '', true);
  perform set_config('app.site_id', coalesce((
    select a.site_id::text from public.site_payment_accounts a
    where a.provider = enter_account.provider and a.account = enter_account.account
  ), ''), true);
  select s.code into owning from public.sites s where s.id = app.site_id();
  if owning is null then
    raise exception using errcode = 'PX001', message = 'webhook.unmapped';
  end if;
  return query select * from app.enter(null, null, owning);
end $$;

-- Shows the sign-in code the one user and wallet whose key was just proved, and nobody else's.
create or replace function app.identify(address text) returns uuid language plpgsql set search_path = '' as $$
declare
  person uuid;
begin
  perform set_config('app.identity', lower(address), true);
  select w.user_id into person from public.wallets w
  where w.site_id = app.site_id() and w.address = lower(identify.address) and w.unbound_at is null;
  perform set_config('app.user_id', coalesce(person::text, ''), true);
  return person;
end $$;

-- The same for somebody whom Auth0 just vouched for. An operator may have been appointed by address alone: on the
-- platform's site, and there only, a verified address finds whoever has no subject yet.
create function app.identify_subject(subject text, invited text default null) returns uuid
language plpgsql set search_path = '' as $$
declare
  person uuid;
begin
  perform set_config('app.subject', subject, true);
  select u.id into person from public.users u where u.site_id = app.site_id() and u.auth0_sub = subject;
  if person is null and invited is not null
    and exists (select from public.sites s where s.id = app.site_id() and s.kind = 'platform') then
    perform set_config('app.email', lower(invited), true);
    select u.id into person from public.users u
    where u.site_id = app.site_id() and u.email = lower(invited) and u.auth0_sub is null and u.closed_at is null
    order by u.created_at, u.id limit 1;
  end if;
  perform set_config('app.user_id', coalesce(person::text, ''), true);
  return person;
end $$;

drop policy buyer on users;
create policy buyer on users as restrictive to posx_app
  using (id = app.user_id() or auth0_sub = app.setting('app.subject')
    or (auth0_sub is null and email = app.setting('app.email')))
  with check (id = app.user_id());

-- Orders: the same function as before, for whom an access token speaks too, and for wallets that are still bound.
create or replace function app.place_order(host text, session bytea, o jsonb) returns setof public.orders
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  at timestamptz := app.now();
  here uuid;
  buyer uuid;
  this uuid := (o ->> 'id')::uuid;
  tier uuid := (o ->> 'tier_id')::uuid;
  units integer := (o ->> 'quantity')::integer;
  site public.sites;
  person public.users;
  mine public.referrals;
  referrer public.referrals;
  known public.idempotency_keys;
  old public.orders;
  address text;
  reason text;
begin
  perform app.enter(host, session, null, 'buyer', o -> 'bearer');
  here := app.site_id();
  buyer := app.user_id();

  -- One order of a buyer at a time: two that replaced the same unpaid one would each wait for what the other holds.
  perform pg_advisory_xact_lock(hashtextextended('buyer:' || here::text || buyer::text, 0));

  insert into public.idempotency_keys (site_id, user_id, key, body_hash, object_id, created_at)
  values (here, buyer, o ->> 'idempotency_key', decode(o ->> 'body_hash', 'hex'), this, at) on conflict do nothing;
  if not found then
    select * into known from public.idempotency_keys k
    where k.site_id = here and k.user_id = buyer and k.key = o ->> 'idempotency_key';
    if known.body_hash <> decode(o ->> 'body_hash', 'hex') then perform app.refuse('idempotency.mismatch'); end if;
    return query select * from public.orders x where x.site_id = here and x.id = known.object_id;
    return;
  end if;

  select * into site from public.sites s where s.id = here;
  if site.status <> 'active' then perform app.refuse('site.suspended'); end if;
  if site.settings_version <> (o ->> 'settings_version')::integer then perform app.refuse('guard.changed'); end if;
  if site.terms_version <> o ->> 'terms_version' then perform app.refuse('terms.outdated'); end if;
  select * into person from public.users u where u.site_id = here and u.id = buyer;
  if person.status <> 'active' then perform app.refuse('user.' || person.status); end if;
  if (o ->> 'kyc_required')::boolean and person.kyc <> 'approved' then perform app.refuse('user.kyc_required'); end if;
  select w.address into address from public.wallets w
  where w.site_id = here and w.id = (o ->> 'wallet_id')::uuid and w.user_id = buyer and w.unbound_at is null;
  if not found then perform app.refuse('user.wallet_unknown'); end if;
  if address in (lower(site.token_address), lower(site.vault_address), '0x' || repeat('0', 40)) then
    perform app.refuse('wallet.forbidden_address');
  end if;

  -- One unpaid order per buyer and tier. The new one takes the old one's place unless money may already be on its way.
  select * into old from public.orders x
  where x.site_id = here and x.user_id = buyer and x.tier_id = tier and x.status = 'pending' for update;
  if found then
    if exists (select from public.payments p where p.site_id = here and p.order_id = old.id) then
      perform app.refuse('order.unpaid_exists');
    end if;
    update public.orders set status = 'cancelled', status_reason = 'replaced', version = version + 1
    where site_id = here and id = old.id;
    update public.buyer_tier_totals set held_units = held_units - old.quantity
    where site_id = here and user_id = buyer and tier_id = tier;
    update public.tiers set held_units = held_units - old.quantity where site_id = here and id = tier;
  end if;

  insert into public.buyer_tier_totals as b (site_id, user_id, tier_id, held_units, sold_units)
  values (here, buyer, tier, units, 0)
  on conflict (site_id, user_id, tier_id) do update set held_units = b.held_units + excluded.held_units
    where b.held_units + b.sold_units + excluded.held_units <= (o ->> 'max_units')::integer;
  if not found then perform app.refuse('tier.buyer_limit'); end if;

  -- The bound referrer stands above any code; a code that refers nobody never refuses the order.
  select * into mine from public.referrals r where r.site_id = here and r.user_id = buyer;
  if mine.referrer_id is not null then
    select * into referrer from public.referrals r where r.site_id = here and r.user_id = mine.referrer_id;
  elsif o ->> 'referral_code' is not null then
    select * into referrer from public.referrals r where r.site_id = here and r.code = o ->> 'referral_code';
    reason := app.referral_reason(buyer, referrer.user_id, referrer.agent_status, (o ->> 'referral_depth')::integer);
  else
    reason := 'none';
  end if;

  -- The tier's row is the one everybody waits for: it is locked last, and only inserts follow.
  update public.tiers t set held_units = t.held_units + units
  where t.site_id = here and t.id = tier and t.version = (o ->> 'tier_version')::integer and t.active
    and (t.opens_at is null or t.opens_at <= at) and (t.closes_at is null or t.closes_at > at)
    and t.held_units + t.sold_units + units <= t.total_units;
  if not found then perform app.refuse_tier(tier, (o ->> 'tier_version')::integer, units); end if;

  insert into public.orders (site_id, id, user_id, tier_id, tier_version, quantity, unit_price_minor, discount_minor,
    amount_minor, currency, token_base, wallet_id, wallet_address, terms_version, settings_version, plan_id,
    vesting_policy_id, referral_code, referral_reason, status, created_at, expires_at)
  values (here, this, buyer, tier, (o ->> 'tier_version')::integer, units, (o ->> 'unit_price_minor')::bigint,
    (o ->> 'discount_minor')::bigint, (o ->> 'amount_minor')::bigint, o ->> 'currency', (o ->> 'token_base')::numeric,
    (o ->> 'wallet_id')::uuid, address, o ->> 'terms_version', (o ->> 'settings_version')::integer,
    (select p.id from public.commission_plans p where p.site_id = here and p.is_default),
    (select v.id from public.vesting_policies v where v.site_id = here and v.is_default), o ->> 'referral_code', reason, 'pending', at, at + make_interval(mins => (o ->> 'hold_minutes')::integer));
  if reason is null then
    insert into public.order_referrals (site_id, order_id, level, agent_id, active, direct_sales_minor)
    with recursive up as (
      select r.user_id, r.referrer_id, r.agent_status, r.direct_sales_minor, 1 as level
      from public.referrals r where r.site_id = here and r.user_id = referrer.user_id
      union all
      select r.user_id, r.referrer_id, r.agent_status, r.direct_sales_minor, up.level + 1
      from up join public.referrals r on r.site_id = here and r.user_id = up.referrer_id
      where up.level < (o ->> 'referral_depth')::integer and r.user_id <> buyer
    )
    select here, this, up.level, up.user_id, up.agent_status = 'active', up.direct_sales_minor from up;
  end if;
  return query select * from public.orders x where x.site_id = here and x.id = this;
end $$;

-- Who may do what ----------------------------------------------------------------------------------------------------------

grant execute on function app.enter(text, bytea, text, text, jsonb)
  to posx_app, posx_operator, posx_readonly, posx_queue, posx_admin;
grant execute on function app.enter_account(text, text) to posx_queue;
grant execute on function app.identify_subject(text, text) to posx_app, posx_operator, posx_readonly, posx_admin;

grant update (auth0_sub, email, email_verified, closed_at) on users to posx_app;
grant update (is_primary, unbound_at, user_id, verified_at) on wallets to posx_app;
grant update (seen_at, end_reason, recheck_at) on sessions to posx_app;
grant select (id, created_at, idle_minutes, seen_at, recheck_at), update (seen_at) on sessions to posx_operator;
grant select (id, created_at, idle_minutes, seen_at, recheck_at) on sessions to posx_readonly;
grant select (id, token_hash, idle_minutes, seen_at, recheck_at) on sessions to posx_admin;
grant select, insert, update (client_address, user_agent) on login_audit to posx_app;
grant update (wallet_address, wallet_changed_at) on allocations to posx_app;

-- What a buyer does to where tokens go is audited in the change's own transaction, under the buyer's own name.
grant insert on audit_log to posx_app;
create policy self on audit_log as restrictive for insert to posx_app with check (actor_id = app.user_id());

-- A person's standing on a site, and the end of an account.
grant update (status, status_reason, kyc, auth0_sub, email, email_verified, locale, closed_at) on users to posx_operator;
grant update (is_primary, unbound_at) on wallets to posx_operator;
grant select, update (client_address, user_agent) on login_audit to posx_operator;

-- Administrators end the sessions of somebody they block at Auth0, on every site, and it is audited on the platform's.
create policy blocked on sessions for update to posx_admin
  using (exists (select from users u where u.site_id = sessions.site_id and u.id = sessions.user_id
    and u.auth0_sub = app.setting('app.subject')))
  with check (revoked_at is not null);
grant update (revoked_at, end_reason) on sessions to posx_admin;
create policy administrator on audit_log for insert to posx_admin
  with check (site_id = app.site_id() and actor_id = app.user_id());
grant insert on audit_log to posx_admin;

-- Housekeeping: what is over is cleared, what is personal and old is cut.
grant select (site_id, expires_at), delete on auth_nonces to posx_queue;
grant select (expires_at, revoked_at, seen_at, idle_minutes), delete on sessions to posx_queue;
grant select (site_id, created_at), delete on idempotency_keys to posx_queue;
grant select (site_id, id, at, client_address, user_agent, has_personal), update (client_address, user_agent) on login_audit to posx_queue;
create policy sweep on auth_nonces for select to posx_sweep using (true);
create policy sweep on idempotency_keys for select to posx_sweep using (true);
create policy sweep on login_audit for select to posx_sweep using (true);
grant select (site_id, expires_at) on auth_nonces to posx_sweep;
grant select (site_id, expires_at, revoked_at) on sessions to posx_sweep;
grant select (site_id, created_at) on idempotency_keys to posx_sweep;
grant select (site_id, at, has_personal) on login_audit to posx_sweep;
