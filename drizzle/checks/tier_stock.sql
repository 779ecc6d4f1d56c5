-- A tier's held and sold units are those of its orders, and never more than there are.
select t.site_id, t.id as tier_id, t.held_units, t.sold_units
from tiers t
left join lateral (
  select coalesce(sum(o.quantity) filter (where o.status = 'pending'), 0) as held,
    coalesce(sum(o.quantity) filter (where o.status in ('paid', 'refunded') and o.paid_at is not null and o.restocked_at is null), 0) as sold
  from orders o where o.site_id = t.site_id and o.tier_id = t.id
) o on true
where t.held_units <> o.held or t.sold_units <> o.sold or t.held_units + t.sold_units > t.total_units;
