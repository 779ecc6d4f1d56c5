-- How a transaction learns who it is for, how an order takes its units, and how the ledger is posted to.

-- app.enter: the first statement of every transaction ------------------------------------------------------------------------
--
-- host      the request's hostname; null for the consumer
-- session   SHA-256 of the session cookie, or null
-- site      code of the site to work on: operators (platform host) and the consumer name it, site hosts never do
-- requires  nobody | buyer | support | manager | owner: refuse unless the session carries at least this
--
-- It sets app.site_id, app.user_id and app.role for this transaction only. The rows it reads are visible to it because
-- it names them first: site_domains by app.host, sessions by app.session, sites by app.site_id or app.site_code.
create function app.enter(host text, session bytea, site text default null, requires text default 'nobody')
returns table (site_id uuid, site_code text, user_id uuid, role text, site_status text, at timestamptz)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  here public.sites;
  person uuid;
  operating text;
begin
  perform set_config('app.site_id', '', true), set_config('app.user_id', '', true), set_config('app.role', '', true),
    set_config('app.host', coalesce(lower(host), ''), true),
    set_config('app.session', coalesce(encode(session, 'hex'), ''), true),
    set_config('app.site_code', '', true);

  if current_user = 'posx_queue' then
    if host is not null or session is not null or requires <> 'nobody' then
      raise exception using errcode = 'PX001', message = 'internal', detail = 'the consumer enters by site alone';
    end if;
    perform set_config('app.site_code', coalesce(site, ''), true);
    select * into here from public.sites s where s.code = site;
    if site is not null and not found then
      raise exception using errcode = 'PX001', message = 'webhook.unmapped';
    end if;
    perform set_config('app.site_id', coalesce(here.id::text, ''), true), set_config('app.role', 'consumer', true);
    return query select here.id, here.code, null::uuid, 'consumer', here.status, app.now();
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
    select s.user_id into person from public.sessions s
    where s.site_id = here.id and s.token_hash = session and s.revoked_at is null and s.expires_at > app.now();
    if found then
      perform set_config('app.user_id', person::text, true), set_config('app.role', 'buyer', true);
    end if;
  end if;
  if person is null and requires <> 'nobody' then
    raise exception using errcode = 'PX001', message = 'auth.required';
  end if;
  if site is null then
    if requires not in ('nobody', 'buyer') then
      raise exception using errcode = 'PX001', message = 'internal', detail = 'an operator names a site';
    end if;
    return query select here.id, here.code, person, case when person is null then 'nobody' else 'buyer' end, here.status, app.now();
    return;
  end if;

  -- An operator of the platform's site works on another one. No row answers as an unknown site does.
  if here.kind <> 'platform' or current_user = 'posx_app' or person is null then
    raise exception using errcode = 'PX001', message = 'request.not_found';
  end if;
  -- Asked while the platform's site is still the entered one: its people are seen from no other.
  if exists (select from public.users u where u.site_id = here.id and u.id = person and u.status = 'suspended') then
    raise exception using errcode = 'PX001', message = 'user.suspended';
  end if;
  perform set_config('app.site_code', site, true);
  select s.* into here from public.sites s where s.code = site;
  perform set_config('app.site_id', coalesce(here.id::text, ''), true);
  select o.role into operating from public.operators o where o.site_id = here.id and o.user_id = person;
  if operating is null then
    raise exception using errcode = 'PX001', message = 'request.not_found';
  end if;
  if array_position(array['nobody', 'buyer', 'support', 'manager', 'owner'], operating)
     < array_position(array['nobody', 'buyer', 'support', 'manager', 'owner'], requires) then
    raise exception using errcode = 'PX001', message = 'auth.forbidden';
  end if;
  perform set_config('app.role', operating, true);
  return query select here.id, here.code, person, operating, here.status, app.now();
end $$;

-- The consumer's way in when a provider names one of its connected accounts: the account's site, or a refusal.
create function app.enter_account(provider text, account text)
returns table (site_id uuid, site_code text, user_id uuid, role text, site_status text, at timestamptz)
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
create function app.identify(address text) returns uuid language plpgsql set search_path = '' as $$
declare
  person uuid;
begin
  perform set_config('app.identity', lower(address), true);
  select w.user_id into person from public.wallets w
  where w.site_id = app.site_id() and w.address = lower(identify.address);
  perform set_config('app.user_id', coalesce(person::text, ''), true);
  return person;
end $$;

-- Claims a new user's id before it is inserted, so that the buyer policies admit the rows of a first sign-in.
create function app.become(person uuid) returns void language plpgsql set search_path = '' as $$
begin
  perform set_config('app.user_id', person::text, true);
end $$;

-- Orders ---------------------------------------------------------------------------------------------------------------------

-- Each state an order enters becomes an event, so that the last event always is its state.
create function app.record_order_event() returns trigger language plpgsql set search_path = '' as $$
begin
  insert into public.order_events (site_id, order_id, sequence, user_id, status, reason, actor, at)
  values (new.site_id, new.id, new.version, new.user_id, new.status, new.status_reason, current_user, app.now());
  return new;
end $$;

create trigger order_state before insert or update of status on orders
  for each row execute function app.check_transition('order', 'status');
create trigger order_event after insert or update of status on orders
  for each row execute function app.record_order_event();
create trigger release_state before insert or update of state on releases
  for each row execute function app.check_transition('release', 'state');
create trigger payout_state before insert or update of state on payouts
  for each row execute function app.check_transition('payout', 'state');

-- Why the guarded update of a tier matched no row: the true reason, in the order a buyer would want it.
create function app.refuse_tier(tier uuid, seen_version integer, wanted integer) returns void
language plpgsql set search_path = '' as $$
declare
  t public.tiers;
begin
  select * into t from public.tiers x where x.site_id = app.site_id() and x.id = tier;
  raise exception using errcode = 'PX001', message = case
    when t.id is null then 'tier.unknown'
    when t.version <> seen_version then 'tier.changed'
    when not t.active or t.closes_at <= app.now() then 'tier.closed'
    when t.opens_at > app.now() then 'tier.upcoming'
    when t.held_units + t.sold_units >= t.total_units then 'tier.sold_out'
    else 'tier.not_enough_left' end;
end $$;

-- Why a code given with an order refers nobody; null when it does. `referrer` is the code's owner.
create function app.referral_reason(buyer uuid, referrer uuid, agent_status text, depth integer) returns text
language plpgsql stable set search_path = '' as $$
begin
  if referrer is null then return 'unknown'; end if;
  if referrer = buyer then return 'own'; end if;
  if agent_status = 'suspended' then return 'inactive'; end if;
  if exists (
    with recursive up as (
      select r.referrer_id, 1 as level from public.referrals r where r.site_id = app.site_id() and r.user_id = referrer
      union all
      select r.referrer_id, up.level + 1 from up
      join public.referrals r on r.site_id = app.site_id() and r.user_id = up.referrer_id
      where up.level < 1000
    ) select from up where up.referrer_id = buyer
  ) then return 'cyclic'; end if;
  return null;
end $$;

-- Places an order in one commit: enter, idempotency, the buyer's guards, the units, the row, the copied referral chain.
-- `o` holds what decide() computed (domain/order/place.ts): id, idempotency_key, body_hash, tier_id, tier_version,
-- max_units, quantity, unit_price_minor, discount_minor, amount_minor, currency, token_base, wallet_id, terms_version,
-- settings_version, hold_minutes, kyc_required, referral_code, referral_depth. A replayed key returns the order it made.
create function app.place_order(host text, session bytea, o jsonb) returns setof public.orders
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
  perform app.enter(host, session, null, 'buyer');
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
  where w.site_id = here and w.id = (o ->> 'wallet_id')::uuid and w.user_id = buyer;
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

-- Ledger ---------------------------------------------------------------------------------------------------------------------

create function app.keep_balance() returns trigger language plpgsql set search_path = '' as $$
begin
  update public.ledger_accounts a set balance = a.balance + new.amount
  where a.site_id = new.site_id and a.id = new.account_id;
  return new;
end $$;
create trigger keep_balance after insert on ledger_entries for each row execute function app.keep_balance();

create function app.check_balanced() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.ledger_entries e join public.ledger_accounts a on a.site_id = e.site_id and a.id = e.account_id
    where e.site_id = new.site_id and e.transfer_id = new.id group by a.asset having sum(e.amount) <> 0
  ) or not exists (
    select from public.ledger_entries e where e.site_id = new.site_id and e.transfer_id = new.id
  ) then
    raise exception using errcode = 'PX001', message = 'internal', detail = 'a transfer must sum to zero per asset';
  end if;
  return null;
end $$;
create constraint trigger balanced after insert on ledger_transfers
  deferrable initially deferred for each row execute function app.check_balanced();

-- Posts one transfer (domain/ledger/transfer.ts): {id, kind, reference_type, reference_id, postings: [{account, owner,
-- asset, amount}]}, amounts as decimal strings, credit positive. Accounts are opened when first posted to.
create function app.post(transfer jsonb) returns void language plpgsql set search_path = '' as $$
declare
  here uuid := app.site_id();
  posting jsonb;
  account uuid;
begin
  insert into public.ledger_transfers (site_id, id, kind, reference_type, reference_id, at)
  values (here, (transfer ->> 'id')::uuid, transfer ->> 'kind', transfer ->> 'reference_type',
    (transfer ->> 'reference_id')::uuid, app.now());
  for posting in select * from jsonb_array_elements(transfer -> 'postings') loop
    insert into public.ledger_accounts (site_id, id, kind, owner_id, asset)
    values (here, uuidv7(), posting ->> 'account', (posting ->> 'owner')::uuid, posting ->> 'asset')
    on conflict do nothing;
    select a.id into strict account from public.ledger_accounts a
    where a.site_id = here and a.kind = posting ->> 'account' and a.asset = posting ->> 'asset'
      and a.owner_id is not distinct from (posting ->> 'owner')::uuid;
    insert into public.ledger_entries (site_id, transfer_id, account_id, amount)
    values (here, (transfer ->> 'id')::uuid, account, (posting ->> 'amount')::numeric);
  end loop;
end $$;

grant execute on function app.enter(text, bytea, text, text)
  to posx_app, posx_operator, posx_readonly, posx_queue;
grant execute on function app.identify(text), app.become(uuid), app.place_order(text, bytea, jsonb),
  app.refuse_tier(uuid, integer, integer), app.referral_reason(uuid, uuid, text, integer) to posx_app;
grant execute on function app.record_order_event() to posx_app, posx_queue;
grant execute on function app.enter_account(text, text) to posx_queue;
grant execute on function app.post(jsonb), app.keep_balance(), app.check_balanced() to posx_queue;
