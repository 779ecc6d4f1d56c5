-- Whether a buyer waits because several orders ended unpaid: for an hour from the moment at which those of the hour before come
-- to three whole holds. One that expired is a whole one; one that the buyer cancelled or replaced counts by the part of its
-- hold that it used, so that nobody holds units for ever by giving them up in time.
create or replace function app.waits_after_expiries(buyer uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from (
      select e.at, sum(
        case e.status when 'expired' then 1 else
          least(1, extract(epoch from e.at - o.created_at) / nullif(extract(epoch from o.expires_at - o.created_at), 0))
        end) over (order by e.at range between interval '1 hour' preceding and current row) as holds
      from public.orders o
      join public.order_events e on e.site_id = o.site_id and e.order_id = o.id
        and (e.status = 'expired' or (e.status = 'cancelled' and e.reason in ('buyer', 'replaced')))
      where o.site_id = app.site_id() and o.user_id = buyer and o.created_at > app.now() - interval '6 hours'
        and e.at > app.now() - interval '2 hours'
    ) ended
    where ended.holds >= 3 and app.now() < ended.at + interval '1 hour')
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
