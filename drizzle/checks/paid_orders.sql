-- A paid order has its allocation, and its applied payment unless it cost nothing; nothing else has one.
select o.site_id, o.id as order_id, o.status
from orders o
left join allocations a on a.site_id = o.site_id and a.order_id = o.id
left join payments p on p.site_id = o.site_id and p.order_id = o.id and p.state = 'applied'
where (o.status in ('paid', 'refunded') and o.paid_at is not null) <> (a.id is not null)
  or (o.status = 'paid' and o.amount_minor > 0 and p.id is null)
  or (p.id is not null and (p.amount_minor <> o.amount_minor or p.currency <> o.currency));
