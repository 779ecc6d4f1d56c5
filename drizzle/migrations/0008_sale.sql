-- What a sale may cost and who may hold it: promotions, promo codes, holds by client address. And what becomes of money
-- after it came: payments under review or paid twice, refunds, disputes, breaks between provider and ledger.

-- States -----------------------------------------------------------------------------------------------------------------

insert into app.transitions (noun, from_state, to_state, role) values
  ('payment', '', 'open', 'posx_app'),
  ('payment', '', 'open', 'posx_queue'),
  ('payment', '', 'applied', 'posx_queue'),
  ('payment', '', 'review', 'posx_queue'),
  ('payment', '', 'surplus', 'posx_queue'),
  ('payment', 'open', 'applied', 'posx_queue'),
  ('payment', 'open', 'canceled', 'posx_app'),
  ('payment', 'open', 'canceled', 'posx_queue'),
  ('payment', 'open', 'review', 'posx_queue'),
  ('payment', 'open', 'surplus', 'posx_queue'),
  ('payment', 'canceled', 'applied', 'posx_queue'),
  ('payment', 'canceled', 'review', 'posx_queue'),
  ('payment', 'canceled', 'surplus', 'posx_queue'),
  ('payment', 'review', 'applied', 'posx_queue'),
  ('refund', '', 'requested', 'posx_operator'),
  ('refund', '', 'requested', 'posx_queue'),
  ('refund', '', 'pending', 'posx_queue'),
  ('refund', '', 'succeeded', 'posx_queue'),
  ('refund', '', 'failed', 'posx_queue'),
  ('refund', '', 'canceled', 'posx_queue'),
  ('refund', 'requested', 'submitting', 'posx_queue'),
  ('refund', 'requested', 'canceled', 'posx_operator'),
  ('refund', 'requested', 'canceled', 'posx_queue'),
  ('refund', 'submitting', 'pending', 'posx_queue'),
  ('refund', 'submitting', 'succeeded', 'posx_queue'),
  ('refund', 'submitting', 'failed', 'posx_queue'),
  ('refund', 'submitting', 'canceled', 'posx_queue'),
  ('refund', 'pending', 'succeeded', 'posx_queue'),
  ('refund', 'pending', 'failed', 'posx_queue'),
  ('refund', 'pending', 'canceled', 'posx_queue'),
  ('refund', 'succeeded', 'failed', 'posx_queue');

-- Tiers ------------------------------------------------------------------------------------------------------------------

-- Whoever saw another price, other tokens or another supply is told: the version moves with them, and never back.
create function app.keep_tier_version() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.total_units < new.held_units + new.sold_units then
    raise exception using errcode = 'PX001', message = 'tier.supply';
  end if;
  if (new.unit_price_minor, new.tokens_per_unit_base, new.total_units)
    is distinct from (old.unit_price_minor, old.tokens_per_unit_base, old.total_units) then
    new.version := old.version + 1;
  end if;
  if new.version < old.version then
    raise exception using errcode = 'PX001', message = 'internal', detail = 'a version never goes back';
  end if;
  return new;
end $$;
create trigger tier_version before update on tiers for each row execute function app.keep_tier_version();

create table tier_promotions (
  site_id uuid not null,
  id uuid not null,
  tier_id uuid not null,
  unit_price_minor bigint,
  bonus_per_unit_base numeric(78, 0) not null default 0,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  active boolean not null default true,
  created_at timestamptz not null,
  constraint tier_promotions_site_id_id_pk primary key (site_id, id),
  constraint tier_promotions_tier foreign key (site_id, tier_id) references tiers (site_id, id),
  constraint tier_promotions_window check (starts_at < ends_at),
  constraint tier_promotions_gives check (
    (unit_price_minor is not null or bonus_per_unit_base > 0)
    and coalesce(unit_price_minor, 0) >= 0 and bonus_per_unit_base >= 0)
);
create index tier_promotions_by_tier on tier_promotions (site_id, tier_id, ends_at);
call app.own('tier_promotions');

-- A tier has one promotion at a time, and a changed one is a changed price.
create function app.keep_promotion() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('promotion:' || new.site_id::text || new.tier_id::text, 0));
  if new.active and exists (
    select from public.tier_promotions p
    where p.site_id = new.site_id and p.tier_id = new.tier_id and p.id <> new.id and p.active
      and p.starts_at < new.ends_at and new.starts_at < p.ends_at
  ) then
    raise exception using errcode = 'PX001', message = 'tier.promotion_overlap';
  end if;
  update public.tiers t set version = t.version + 1 where t.site_id = new.site_id and t.id = new.tier_id;
  return new;
end $$;
create trigger promotion before insert or update on tier_promotions
  for each row execute function app.keep_promotion();

-- Promo codes ------------------------------------------------------------------------------------------------------------

create table promo_codes (
  site_id uuid not null references sites (id),
  id uuid not null,
  code text not null,
  percent_basis_points integer not null default 0,
  fixed_minor bigint not null default 0,
  bonus_per_unit_base numeric(78, 0) not null default 0,
  max_uses integer,
  used_count integer not null default 0,
  max_uses_per_buyer integer,
  starts_at timestamptz,
  ends_at timestamptz,
  minimum_minor bigint not null default 0,
  tier_ids uuid[],
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  constraint promo_codes_site_id_id_pk primary key (site_id, id),
  constraint promo_codes_code unique (site_id, code),
  constraint promo_codes_code_form check (code ~ '^[A-Z0-9][A-Z0-9_-]{1,31}$'),
  constraint promo_codes_gives check (
    percent_basis_points between 0 and 10000 and fixed_minor >= 0 and bonus_per_unit_base >= 0
    and (percent_basis_points > 0 or fixed_minor > 0 or bonus_per_unit_base > 0)),
  constraint promo_codes_uses check (
    used_count >= 0 and used_count <= coalesce(max_uses, used_count) and coalesce(max_uses_per_buyer, 1) > 0),
  constraint promo_codes_minimum check (minimum_minor >= 0),
  constraint promo_codes_window check (starts_at < ends_at)
);
call app.own('promo_codes');

-- A quote names the version of the code it was made with; uses are counted without it.
create function app.keep_promo_version() returns trigger language plpgsql set search_path = '' as $$
begin
  if to_jsonb(new) - 'used_count' - 'version' is distinct from to_jsonb(old) - 'used_count' - 'version' then
    new.version := old.version + 1;
  end if;
  return new;
end $$;
create trigger promo_version before update on promo_codes for each row execute function app.keep_promo_version();

create table promo_redemptions (
  site_id uuid not null,
  order_id uuid not null,
  promo_code_id uuid not null,
  user_id uuid not null,
  redeemed_at timestamptz not null,
  returned_at timestamptz,
  constraint promo_redemptions_site_id_order_id_pk primary key (site_id, order_id),
  constraint promo_redemptions_order foreign key (site_id, order_id) references orders (site_id, id),
  constraint promo_redemptions_code foreign key (site_id, promo_code_id) references promo_codes (site_id, id),
  constraint promo_redemptions_user foreign key (site_id, user_id) references users (site_id, id)
);
create index promo_redemptions_by_buyer on promo_redemptions (site_id, promo_code_id, user_id) where returned_at is null;
call app.own('promo_redemptions', 'user_id');

-- Holds by client address ------------------------------------------------------------------------------------------------

-- Only a keyed hash of the address is kept, and only a count: who it was cannot be read from it.
create table address_holds (
  site_id uuid not null references sites (id),
  address_hash bytea not null,
  unpaid_count integer not null,
  constraint address_holds_site_id_address_hash_pk primary key (site_id, address_hash),
  constraint address_holds_hash check (octet_length(address_hash) = 32),
  constraint address_holds_count check (unpaid_count >= 0)
);
call app.own('address_holds');

-- Orders -----------------------------------------------------------------------------------------------------------------

alter table orders
  add column promotion_id uuid,
  add column promo_code_id uuid,
  add column bonus_base numeric(78, 0) not null default 0,
  add column extended_at timestamptz,
  add column address_hash bytea,
  add column warned_at timestamptz,
  add column warning_cleared_at timestamptz,
  add column review_wish text,
  add column reversed_minor bigint not null default 0,
  add column restocked_at timestamptz,
  add constraint orders_promotion foreign key (site_id, promotion_id) references tier_promotions (site_id, id),
  add constraint orders_promo_code foreign key (site_id, promo_code_id) references promo_codes (site_id, id),
  add constraint orders_bonus check (bonus_base >= 0 and bonus_base < token_base),
  add constraint orders_review_wish check (review_wish in ('accept', 'return')),
  add constraint orders_reversed check (reversed_minor >= 0),
  add constraint orders_restocked check (restocked_at is null or status = 'refunded'),
  drop constraint orders_paid_at,
  add constraint orders_paid_at check (status <> 'paid' or paid_at is not null);
create index orders_reviewed on orders (status, review_wish) where status = 'review';

-- A use of a promo code and a place among the unpaid of an address last as long as the order has them.
create function app.follow_order() returns trigger language plpgsql set search_path = '' as $$
declare
  had boolean := old.status in ('pending', 'paid');
  has boolean := new.status in ('pending', 'paid');
begin
  if old.status = 'pending' and new.status <> 'pending' and new.address_hash is not null then
    update public.address_holds a set unpaid_count = a.unpaid_count - 1
    where a.site_id = new.site_id and a.address_hash = new.address_hash;
  end if;
  if new.promo_code_id is not null and had and not has then
    update public.promo_redemptions r set returned_at = app.now() where r.site_id = new.site_id and r.order_id = new.id;
    update public.promo_codes c set used_count = c.used_count - 1
    where c.site_id = new.site_id and c.id = new.promo_code_id;
  elsif new.promo_code_id is not null and has and not had then
    perform app.take_promo_use(new.promo_code_id, new.user_id);
    update public.promo_redemptions r set returned_at = null where r.site_id = new.site_id and r.order_id = new.id;
  end if;
  return new;
end $$;

-- Counts one use, or says why there is none. The buyer's own uses are counted under the buyer's lock.
create function app.take_promo_use(promo uuid, buyer uuid) returns void language plpgsql set search_path = '' as $$
declare
  most integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('buyer:' || app.site_id()::text || buyer::text, 0));
  update public.promo_codes c set used_count = c.used_count + 1
  where c.site_id = app.site_id() and c.id = promo and c.used_count < coalesce(c.max_uses, c.used_count + 1)
  returning c.max_uses_per_buyer into most;
  if not found then perform app.refuse('promo.exhausted'); end if;
  if most <= (
    select count(*) from public.promo_redemptions r
    where r.site_id = app.site_id() and r.promo_code_id = promo and r.user_id = buyer and r.returned_at is null
  ) then
    perform app.refuse('promo.buyer_limit');
  end if;
end $$;
create trigger order_follow after update of status on orders for each row execute function app.follow_order();

-- Whether a buyer waits because several orders expired: for an hour from the third of any three that expired within an hour.
create function app.waits_after_expiries(buyer uuid) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from (
      select e.at, lag(e.at, 2) over (order by e.at) as first
      from public.orders o
      join public.order_events e on e.site_id = o.site_id and e.order_id = o.id and e.status = 'expired'
      where o.site_id = app.site_id() and o.user_id = buyer and o.created_at > app.now() - interval '6 hours'
        and e.at > app.now() - interval '2 hours'
    ) third
    where third.at <= third.first + interval '1 hour' and app.now() < third.at + interval '1 hour')
$$;

-- Payments ---------------------------------------------------------------------------------------------------------------

alter table payments
  drop constraint payments_state,
  add constraint payments_state check (state in ('open', 'applied', 'canceled', 'review', 'surplus'));
create trigger payment_state before insert or update of state on payments
  for each row execute function app.check_transition('payment', 'state');

create table refunds (
  site_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  payment_id uuid not null,
  user_id uuid not null,
  amount_minor bigint not null,
  currency text not null,
  state text not null,
  provider_id text,
  provider_status text,
  reason text,
  requested_by uuid,
  created_at timestamptz not null,
  checked_at timestamptz not null,
  settled_at timestamptz,
  constraint refunds_site_id_id_pk primary key (site_id, id),
  constraint refunds_provider unique (site_id, provider_id),
  constraint refunds_order foreign key (site_id, order_id) references orders (site_id, id),
  constraint refunds_payment foreign key (site_id, payment_id) references payments (site_id, id),
  constraint refunds_state check (state in ('requested', 'submitting', 'pending', 'succeeded', 'failed', 'canceled')),
  constraint refunds_amount check (amount_minor > 0)
);
create index refunds_by_order on refunds (site_id, order_id);
create index refunds_by_payment on refunds (site_id, payment_id);
create index refunds_open on refunds (state, checked_at) where state in ('requested', 'submitting', 'pending');
call app.own('refunds', 'user_id');
create trigger refund_state before insert or update of state on refunds
  for each row execute function app.check_transition('refund', 'state');

create table disputes (
  site_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  payment_id uuid not null,
  user_id uuid not null,
  provider_id text not null,
  status text not null,
  reason text,
  amount_minor bigint not null,
  withdrawn_minor bigint not null,
  reinstated_minor bigint not null,
  lost_minor bigint not null,
  currency text not null,
  is_open boolean not null,
  version integer not null default 1,
  opened_at timestamptz not null,
  checked_at timestamptz not null,
  due_by timestamptz,
  constraint disputes_site_id_id_pk primary key (site_id, id),
  constraint disputes_provider unique (site_id, provider_id),
  constraint disputes_order foreign key (site_id, order_id) references orders (site_id, id),
  constraint disputes_payment foreign key (site_id, payment_id) references payments (site_id, id),
  constraint disputes_amounts check (
    amount_minor >= 0 and withdrawn_minor >= 0 and reinstated_minor >= 0 and lost_minor between 0 and withdrawn_minor)
);
create index disputes_by_order on disputes (site_id, order_id);
create index disputes_by_payment on disputes (site_id, payment_id);
create index disputes_open on disputes (is_open, checked_at) where is_open;
call app.own('disputes', 'user_id');

-- One row a change of a dispute: what was known then. The ledger's transfers name it.
create table dispute_changes (
  site_id uuid not null,
  id uuid not null,
  dispute_id uuid not null,
  sequence integer not null,
  status text not null,
  withdrawn_minor bigint not null,
  reinstated_minor bigint not null,
  lost_minor bigint not null,
  at timestamptz not null,
  constraint dispute_changes_site_id_id_pk primary key (site_id, id),
  constraint dispute_changes_sequence unique (site_id, dispute_id, sequence),
  constraint dispute_changes_dispute foreign key (site_id, dispute_id) references disputes (site_id, id)
);
call app.own('dispute_changes');
call app.append_only('dispute_changes');

-- Refunds and disputes share one amount. Who asks for a refund waits for whoever asks for another of the same payment; a
-- refund made at the provider is a fact and is not asked.
create function app.check_reversible() returns trigger language plpgsql set search_path = '' as $$
declare
  captured bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('payment:' || new.site_id::text || new.payment_id::text, 0));
  select p.amount_minor into captured from public.payments p
  where p.site_id = new.site_id and p.id = new.payment_id and p.order_id = new.order_id and p.user_id = new.user_id
    and p.currency = new.currency and p.state in ('applied', 'review', 'surplus');
  if not found then perform app.refuse('payment.state'); end if;
  if new.state = 'requested' and new.amount_minor + coalesce((
    select sum(r.amount_minor) from public.refunds r
    where r.site_id = new.site_id and r.payment_id = new.payment_id and r.state <> 'canceled'), 0) + coalesce((
    select sum(case when d.is_open then greatest(d.amount_minor, d.lost_minor) else d.lost_minor end)
    from public.disputes d where d.site_id = new.site_id and d.payment_id = new.payment_id), 0) > captured then
    perform app.refuse('refund.exceeds');
  end if;
  return new;
end $$;
create trigger refund_reversible before insert on refunds for each row execute function app.check_reversible();

-- Tokens -----------------------------------------------------------------------------------------------------------------

-- What reversals took of an allocation, sent or not, and what a refund on its way will take.
alter table allocations
  add column reversed_base numeric(78, 0) not null default 0,
  add column frozen_base numeric(78, 0) not null default 0,
  add constraint allocations_reversed check (
    reversed_base >= 0 and frozen_base >= 0 and reversed_base + frozen_base <= total_base);

-- What a buyer's debt took of a release that was to be sent.
alter table releases
  add column netted_base numeric(78, 0) not null default 0,
  drop constraint releases_amount,
  add constraint releases_amount check (
    amount_base > 0 and reversed_base >= 0 and netted_base >= 0 and reversed_base + netted_base <= amount_base);

-- Providers --------------------------------------------------------------------------------------------------------------

-- Until where a provider's events were read, for each of its accounts; '' is the platform's own. No row of a site.
create table provider_cursors (
  provider text not null,
  account text not null,
  read_until timestamptz not null,
  last_event text,
  at timestamptz not null,
  constraint provider_cursors_provider_account_pk primary key (provider, account)
);

-- Where a provider's balance and the ledger do not say the same.
create table reconciliation_breaks (
  site_id uuid not null references sites (id),
  id uuid not null,
  provider text not null,
  account text,
  day date not null,
  kind text not null,
  reference text not null,
  currency text not null,
  provider_minor bigint not null,
  ledger_minor bigint not null,
  state text not null,
  note text,
  found_at timestamptz not null,
  resolved_at timestamptz,
  constraint reconciliation_breaks_site_id_id_pk primary key (site_id, id),
  constraint reconciliation_breaks_found unique (site_id, provider, day, kind, reference, currency),
  constraint reconciliation_breaks_state check (state in ('open', 'resolved')),
  constraint reconciliation_breaks_resolved check ((state = 'resolved') = (resolved_at is not null)),
  constraint reconciliation_breaks_differ check (provider_minor <> ledger_minor)
);
create index reconciliation_breaks_open on reconciliation_breaks (site_id, state, day);
call app.own('reconciliation_breaks');

-- Orders are placed as before (0006), and beyond: by promotion and promo code, each in the version the quote was made
-- with, and counted against the buyer's expired orders and the client address. Beyond what 0002 names, `o` holds
-- promotion_id, promo_code_id, promo_version, bonus_base, address_hash (hex, or null) and unpaid_per_address_max.
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
  if app.waits_after_expiries(buyer) then perform app.refuse('order.too_many_expired'); end if;
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

-- The order an Idempotency-Key of the entered buyer stands for; none when it stands for nothing yet.
create function app.replayed_order(key text, body_hash bytea) returns setof public.orders
language plpgsql set search_path = '' as $$
declare
  known public.idempotency_keys;
begin
  select * into known from public.idempotency_keys k
  where k.site_id = app.site_id() and k.user_id = app.user_id() and k.key = replayed_order.key;
  if known.body_hash <> replayed_order.body_hash then perform app.refuse('idempotency.mismatch'); end if;
  return query select * from public.orders x where x.site_id = app.site_id() and x.id = known.object_id;
end $$;

-- Who may do what --------------------------------------------------------------------------------------------------------

grant execute on function app.follow_order(), app.take_promo_use(uuid, uuid) to posx_app, posx_queue;
grant execute on function app.keep_tier_version() to posx_app, posx_operator, posx_queue;
grant execute on function app.keep_promotion(), app.check_reversible() to posx_operator, posx_queue;
grant execute on function app.keep_promo_version() to posx_app, posx_operator, posx_queue;
grant execute on function app.waits_after_expiries(uuid), app.replayed_order(text, bytea) to posx_app;

grant select on tier_promotions, promo_codes, promo_redemptions, address_holds, refunds to posx_app;
grant insert on promo_redemptions, address_holds to posx_app;
grant update (used_count) on promo_codes to posx_app;
grant update (returned_at) on promo_redemptions to posx_app;
grant update (unpaid_count) on address_holds to posx_app;

grant select on tier_promotions, promo_codes, promo_redemptions, refunds, disputes, dispute_changes, reconciliation_breaks
  to posx_operator;
grant insert, update (name, description, unit_price_minor, tokens_per_unit_base, total_units, max_units_per_buyer,
  display_order, opens_at, closes_at, active, version) on tiers to posx_operator;
grant insert, update (unit_price_minor, bonus_per_unit_base, starts_at, ends_at, active) on tier_promotions to posx_operator;
grant insert, update (percent_basis_points, fixed_minor, bonus_per_unit_base, max_uses, max_uses_per_buyer, starts_at,
  ends_at, minimum_minor, tier_ids, active) on promo_codes to posx_operator;
grant insert, update (state) on refunds to posx_operator;
grant update (review_wish, warning_cleared_at) on orders to posx_operator;
grant update (state, note, resolved_at) on reconciliation_breaks to posx_operator;

grant select on promo_codes, promo_redemptions, address_holds, refunds, disputes, dispute_changes, provider_cursors,
  reconciliation_breaks to posx_queue;
grant insert on refunds, disputes, dispute_changes, provider_cursors, reconciliation_breaks to posx_queue;
grant update (used_count) on promo_codes to posx_queue;
grant update (returned_at) on promo_redemptions to posx_queue;
grant update (unpaid_count) on address_holds to posx_queue;
grant update (expires_at, extended_at, warned_at, review_wish, reversed_minor, restocked_at) on orders to posx_queue;
grant update (state, provider_id, provider_status, checked_at, settled_at) on refunds to posx_queue;
grant update (status, reason, amount_minor, withdrawn_minor, reinstated_minor, lost_minor, is_open, version, checked_at,
  due_by) on disputes to posx_queue;
grant update (reversed_base, frozen_base) on allocations to posx_queue;
grant update (netted_base) on releases to posx_queue;
grant update (read_until, last_event, at) on provider_cursors to posx_queue;
grant update (state, note, resolved_at) on reconciliation_breaks to posx_queue;

grant select on provider_cursors to posx_readonly, posx_admin;

create policy sweep on refunds for select to posx_sweep using (true);
create policy sweep on disputes for select to posx_sweep using (true);
grant select (site_id, state, checked_at) on refunds to posx_sweep;
grant select (site_id, is_open, checked_at) on disputes to posx_sweep;
grant select (review_wish) on orders to posx_sweep;
grant select on provider_cursors to posx_sweep;
