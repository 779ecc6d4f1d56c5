-- Commissions go with the money, at all levels alike: half up in proportion, to nothing once all of it is gone.
select c.site_id, c.order_id, c.level
from commission_entries c
join orders o on o.site_id = c.site_id and o.id = c.order_id
group by c.site_id, c.order_id, c.level, o.reversed_minor, o.amount_minor
having coalesce(-sum(c.amount_minor) filter (where c.kind = 'reversal'), 0) <> case
  when o.reversed_minor >= o.amount_minor then sum(c.amount_minor) filter (where c.kind = 'accrual')
  else div(2 * sum(c.amount_minor) filter (where c.kind = 'accrual') * o.reversed_minor + o.amount_minor,
    2 * o.amount_minor::numeric) end;
