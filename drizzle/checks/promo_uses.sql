-- A code's uses are those of the orders that have one, never more than there may be, in all or of one buyer.
select c.site_id, c.id as promo_code_id, null::uuid as order_id
from promo_codes c
left join lateral (
  select count(*) as used from promo_redemptions r
  where r.site_id = c.site_id and r.promo_code_id = c.id and r.returned_at is null
) r on true
where c.used_count <> r.used or c.used_count > c.max_uses
union all
select r.site_id, r.promo_code_id, null
from promo_redemptions r join promo_codes c on c.site_id = r.site_id and c.id = r.promo_code_id
where r.returned_at is null
group by r.site_id, r.promo_code_id, r.user_id, c.max_uses_per_buyer having count(*) > c.max_uses_per_buyer
union all
select o.site_id, o.promo_code_id, o.id
from orders o left join promo_redemptions r on r.site_id = o.site_id and r.order_id = o.id
where o.promo_code_id is distinct from r.promo_code_id
  or (r.order_id is not null and (r.returned_at is null) <> (o.status in ('pending', 'paid')));
