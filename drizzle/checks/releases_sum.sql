-- The releases of an allocation sum exactly to it, and it is what the order bought.
select a.site_id, a.id as allocation_id
from allocations a
join orders o on o.site_id = a.site_id and o.id = a.order_id
left join lateral (
  select sum(r.amount_base) as total from releases r where r.site_id = a.site_id and r.allocation_id = a.id
) r on true
where r.total is distinct from a.total_base or o.token_base <> a.total_base;
