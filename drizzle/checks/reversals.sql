-- No more is given back than was captured; what refunds and lost disputes took is what the order says, and its tokens went
-- with it: half up of the total in proportion, all of it once all the money is gone. Only then is an order refunded. A
-- refund that failed has taken its share all the same, and one made anew takes nothing more.
with gone as (
  select p.site_id, p.id as payment_id, p.order_id, p.state, p.amount_minor as captured, r.given,
    least(r.taken, p.amount_minor) + coalesce((
      select sum(d.lost_minor) from disputes d where d.site_id = p.site_id and d.payment_id = p.id), 0) as taken
  from payments p
  cross join lateral (
    select coalesce(sum(r.amount_minor), 0) as taken,
      coalesce(sum(r.amount_minor) filter (where r.state = 'succeeded'), 0) as given
    from refunds r where r.site_id = p.site_id and r.payment_id = p.id and r.state in ('succeeded', 'failed')
  ) r
  where p.state in ('applied', 'review', 'surplus')
)
select g.site_id, g.order_id, 'more is given back than came' as fault from gone g where g.given > g.captured
union all
select o.site_id, o.id, 'the order says otherwise'
from orders o left join gone g on g.site_id = o.site_id and g.order_id = o.id and g.state <> 'surplus'
where o.reversed_minor <> coalesce(g.taken, 0)
  or (o.status = 'refunded') <> (g.captured > 0 and g.taken >= g.captured)
union all
select a.site_id, a.order_id, 'its tokens say otherwise'
from allocations a
left join gone g on g.site_id = a.site_id and g.order_id = a.order_id and g.state = 'applied'
left join lateral (
  select sum(r.reversed_base) as taken from releases r where r.site_id = a.site_id and r.allocation_id = a.id
) r on true
where r.taken > a.reversed_base or a.reversed_base <> case
    when coalesce(g.taken, 0) = 0 then 0
    when g.taken >= g.captured then a.total_base
    else div(2 * a.total_base * g.taken + g.captured, 2 * g.captured) end;
