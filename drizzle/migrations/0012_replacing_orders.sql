-- An order that takes another one's place takes its locks in the order everybody takes them: the order that goes, client
-- addresses, promo codes, the buyer's units, the tier. The tier is written once, by the difference.

-- Why a tier sells no more to somebody who gives back `freed` units of it in the same step.
drop function app.refuse_tier(uuid, integer, integer);
create function app.refuse_tier(tier uuid, seen_version integer, freed integer) returns void
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
    when t.held_units + t.sold_units - freed >= t.total_units then 'tier.sold_out'
    else 'tier.not_enough_left' end;
end $$;
grant execute on function app.refuse_tier(uuid, integer, integer) to posx_app;

-- As in 0008, but for the order of locks. And what a buyer's units already tell is not asked of the orders: while nothing is
-- known about a table that has just begun to fill, PostgreSQL may read all its pending orders to find one buyer's.
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
  promo uuid := (o ->> 'promo_code_id')::uuid;
  hash bytea := decode(o ->> 'address_hash', 'hex');
  site public.sites;
  person public.users;
  mine public.referrals;
  referrer public.referrals;
  old public.orders;
  freed integer := 0;
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
    return query select * from app.replayed_order(o ->> 'idempotency_key', decode(o ->> 'body_hash', 'hex'));
    return;
  end if;

  select * into site from public.sites s where s.id = here;
  if site.status <> 'active' then perform app.refuse('site.suspended'); end if;
  if site.settings_version <> (o ->> 'settings_version')::integer then perform app.refuse('guard.changed'); end if;
  if site.terms_version <> o ->> 'terms_version' then perform app.refuse('terms.outdated'); end if;
  select * into person from public.users u where u.site_id = here and u.id = buyer;
  if person.status <> 'active' then perform app.refuse('user.' || person.status); end if;
  if (o ->> 'kyc_required')::boolean and person.kyc <> 'approved' then perform app.refuse('user.kyc_required'); end if;
  -- Whoever never held a unit has no order that expired.
  if exists (select from public.buyer_tier_totals b where b.site_id = here and b.user_id = buyer)
    and app.waits_after_expiries(buyer) then
    perform app.refuse('order.too_many_expired');
  end if;
  select w.address into address from public.wallets w
  where w.site_id = here and w.id = (o ->> 'wallet_id')::uuid and w.user_id = buyer and w.unbound_at is null;
  if not found then perform app.refuse('user.wallet_unknown'); end if;
  if address in (lower(site.token_address), lower(site.vault_address), '0x' || repeat('0', 40)) then
    perform app.refuse('wallet.forbidden_address');
  end if;

  -- A window opens and ends without anybody touching a row: the price is the one of this instant, or it has changed.
  if (o ->> 'promotion_id')::uuid is distinct from (
    select p.id from public.tier_promotions p
    where p.site_id = here and p.tier_id = tier and p.active and p.starts_at <= at and at < p.ends_at
  ) then
    perform app.refuse('tier.changed');
  end if;

  -- One unpaid order per buyer and tier: the one whose units the buyer holds. The new one takes its place unless money may
  -- already be on its way.
  if exists (
    select from public.buyer_tier_totals b
    where b.site_id = here and b.user_id = buyer and b.tier_id = tier and b.held_units > 0
  ) then
    select * into old from public.orders x
    where x.site_id = here and x.user_id = buyer and x.tier_id = tier and x.status = 'pending' for update;
    if found then
      if exists (select from public.payments p where p.site_id = here and p.order_id = old.id) then
        perform app.refuse('order.unpaid_exists');
      end if;
      -- The rows both orders count on, each kind in one order: two that change places do not wait for each other.
      insert into public.address_holds (site_id, address_hash, unpaid_count)
      select here, hash, 0 where hash is not null on conflict do nothing;
      perform from public.address_holds a
      where a.site_id = here and a.address_hash in (old.address_hash, hash) order by a.address_hash for update;
      perform from public.promo_codes c
      where c.site_id = here and c.id in (old.promo_code_id, promo) order by c.id for update;
      update public.orders set status = 'cancelled', status_reason = 'replaced', version = version + 1
      where site_id = here and id = old.id;
      freed := old.quantity;
    end if;
  end if;

  if hash is not null then
    insert into public.address_holds as a (site_id, address_hash, unpaid_count) values (here, hash, 1)
    on conflict (site_id, address_hash) do update set unpaid_count = a.unpaid_count + 1
      where a.unpaid_count < (o ->> 'unpaid_per_address_max')::integer;
    if not found then perform app.refuse('order.too_many_unpaid'); end if;
  end if;

  if promo is not null then
    if not exists (
      select from public.promo_codes c where c.site_id = here and c.id = promo
        and c.version = (o ->> 'promo_version')::integer and c.active
        and (c.starts_at is null or c.starts_at <= at) and (c.ends_at is null or at < c.ends_at)
    ) then
      perform app.refuse('tier.changed');
    end if;
    perform app.take_promo_use(promo, buyer);
  end if;

  insert into public.buyer_tier_totals as b (site_id, user_id, tier_id, held_units, sold_units)
  values (here, buyer, tier, units, 0)
  on conflict (site_id, user_id, tier_id) do update set held_units = b.held_units + units - freed
    where b.held_units + b.sold_units + units - freed <= (o ->> 'max_units')::integer;
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
  update public.tiers t set held_units = t.held_units + units - freed
  where t.site_id = here and t.id = tier and t.version = (o ->> 'tier_version')::integer and t.active
    and (t.opens_at is null or t.opens_at <= at) and (t.closes_at is null or t.closes_at > at)
    and t.held_units + t.sold_units + units - freed <= t.total_units;
  if not found then perform app.refuse_tier(tier, (o ->> 'tier_version')::integer, freed); end if;

  insert into public.orders (site_id, id, user_id, tier_id, tier_version, quantity, unit_price_minor, discount_minor,
    amount_minor, currency, token_base, wallet_id, wallet_address, terms_version, settings_version, plan_id,
    vesting_policy_id, referral_code, referral_reason, status, created_at, expires_at, promotion_id, promo_code_id,
    bonus_base, address_hash)
  values (here, this, buyer, tier, (o ->> 'tier_version')::integer, units, (o ->> 'unit_price_minor')::bigint,
    (o ->> 'discount_minor')::bigint, (o ->> 'amount_minor')::bigint, o ->> 'currency', (o ->> 'token_base')::numeric,
    (o ->> 'wallet_id')::uuid, address, o ->> 'terms_version', (o ->> 'settings_version')::integer,
    (select p.id from public.commission_plans p where p.site_id = here and p.is_default),
    (select v.id from public.vesting_policies v where v.site_id = here and v.is_default), o ->> 'referral_code', reason,
    'pending', at, at + make_interval(mins => (o ->> 'hold_minutes')::integer), (o ->> 'promotion_id')::uuid, promo,
    coalesce((o ->> 'bonus_base')::numeric, 0), hash);
  if promo is not null then
    insert into public.promo_redemptions (site_id, order_id, promo_code_id, user_id, redeemed_at)
    values (here, this, promo, buyer, at);
  end if;
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
