-- An order's state is that of its last event.
select o.site_id, o.id as order_id, o.status, e.status as last_event
from orders o
left join lateral (
  select x.status from order_events x where x.site_id = o.site_id and x.order_id = o.id order by x.sequence desc limit 1
) e on true
where e.status is distinct from o.status;
