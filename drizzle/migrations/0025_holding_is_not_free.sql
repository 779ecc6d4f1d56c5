-- Whether a buyer waits because several orders ended unpaid: for an hour from an end at which they come to three whole holds.
-- One that expired is a whole one; one that the buyer cancelled or replaced is the part of its hold that it used, so that nobody
-- holds units for ever by giving them up in time; an extension is one more. Added up is what ended within an hour, or within
-- four holds where they are long: three of them would never end within an hour. What costs nothing is held by nobody.
create or replace function app.waits_after_expiries(buyer uuid) returns boolean
language sql stable set search_path = '' as $$
  with ended as (
    select e.at, coalesce(o.extended_at, o.expires_at) - o.created_at as hold,
      (o.extended_at is not null)::integer + case
        when e.status = 'expired' or e.at >= o.expires_at then 1
        else extract(epoch from e.at - since) / extract(epoch from o.expires_at - since)
      end as holds
    from public.orders o
    cross join lateral coalesce(o.extended_at, o.created_at) as since
    join public.order_events e on e.site_id = o.site_id and e.order_id = o.id
      and (e.status = 'expired' or (e.status = 'cancelled' and e.reason in ('buyer', 'replaced')))
    where o.site_id = app.site_id() and o.user_id = buyer and o.amount_minor > 0
      -- The longest hold is two hours: what four of them reach back to, and an hour's wait.
      and o.created_at > app.now() - interval '12 hours' and e.at > app.now() - interval '9 hours'
  )
  select exists (
    select from (
      -- Read once, however many a script has made: they are added up in the order in which they ended.
      select ended.at, sum(ended.holds) over (order by ended.at range between
        (select greatest(interval '1 hour', 4 * max(longest.hold)) from ended longest) preceding and current row) as holds
      from ended
    ) added
    where added.holds >= 3 and app.now() < added.at + interval '1 hour')
$$;
--> statement-breakpoint
-- How much one buyer may have is on the page as well, and the commit of an order guards it by the version.
create or replace function app.keep_tier_version() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.total_units < new.held_units + new.sold_units then
    raise exception using errcode = 'PX001', message = 'tier.supply';
  end if;
  if (new.unit_price_minor, new.tokens_per_unit_base, new.total_units, new.max_units_per_buyer)
    is distinct from (old.unit_price_minor, old.tokens_per_unit_base, old.total_units, old.max_units_per_buyer) then
    new.version := old.version + 1;
  end if;
  if new.version < old.version then
    raise exception using errcode = 'PX001', message = 'internal', detail = 'a version never goes back';
  end if;
  return new;
end $$;
