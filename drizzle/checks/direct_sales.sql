-- What an agent's own customers bought is what their paid orders brought and kept: refunds and lost disputes are no sales.
with kept as (
  select c.site_id, c.agent_id as user_id, sum(o.amount_minor - least(o.reversed_minor, o.amount_minor)) as minor
  from order_referrals c
  join orders o on o.site_id = c.site_id and o.id = c.order_id
  join allocations a on a.site_id = o.site_id and a.order_id = o.id
  where c.level = 1 group by c.site_id, c.agent_id
)
select site_id, user_id
from referrals r full join kept k using (site_id, user_id)
where coalesce(r.direct_sales_minor, 0) <> coalesce(k.minor, 0);
