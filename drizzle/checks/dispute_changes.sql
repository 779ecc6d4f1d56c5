-- A dispute is as its last change says, and an order with an open one is frozen.
select d.site_id, d.id as dispute_id
from disputes d
left join lateral (
  select c.* from dispute_changes c where c.site_id = d.site_id and c.dispute_id = d.id order by c.sequence desc limit 1
) c on true
join orders o on o.site_id = d.site_id and o.id = d.order_id
where (c.status, c.withdrawn_minor, c.reinstated_minor, c.lost_minor, c.sequence)
    is distinct from (d.status, d.withdrawn_minor, d.reinstated_minor, d.lost_minor, d.version)
  or (d.is_open and not o.frozen);
