-- What an agent earned is held until it was made available, and stands in the available balance from then on; and the order of
-- a held commission says when it is looked at.
with levels as (
  select a.site_id, a.order_id, a.agent_id, a.currency, t.id is not null as ready, (
    select sum(c.amount_minor) from commission_entries c
    where c.site_id = a.site_id and c.order_id = a.order_id and c.level = a.level) as amount
  from commission_entries a
  left join ledger_transfers t on t.site_id = a.site_id and t.kind = 'commission_ready'
    and t.reference_type = 'commission_entry' and t.reference_id = a.id
  where a.kind = 'accrual'
), said as (
  select site_id, agent_id, currency, case when ready then 'agent_available' else 'agent_held' end as kind,
    sum(amount) as amount
  from levels group by 1, 2, 3, 4
), booked as (
  select a.site_id, a.owner_id as agent_id, a.asset as currency, a.kind, a.balance as amount
  from ledger_accounts a where a.kind in ('agent_held', 'agent_available')
)
select site_id, agent_id, kind
from said full join booked using (site_id, agent_id, currency, kind)
where coalesce(said.amount, 0) <> coalesce(booked.amount, 0)
union all
select l.site_id, l.agent_id, 'never looked at'
from levels l join orders o on o.site_id = l.site_id and o.id = l.order_id
where o.status = 'paid' and o.commissions_held_until is null and not l.ready and l.amount > 0;
