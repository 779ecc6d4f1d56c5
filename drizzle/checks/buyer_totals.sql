-- A buyer's totals are those of their orders.
select b.site_id, b.user_id, b.tier_id
from buyer_tier_totals b
left join lateral (
  select coalesce(sum(o.quantity) filter (where o.status = 'pending'), 0) as held,
    coalesce(sum(o.quantity) filter (where o.status in ('paid', 'refunded') and o.paid_at is not null and o.restocked_at is null), 0) as sold
  from orders o where o.site_id = b.site_id and o.tier_id = b.tier_id and o.user_id = b.user_id
) o on true
where b.held_units <> o.held or b.sold_units <> o.sold;
