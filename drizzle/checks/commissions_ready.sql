-- What an agent earned is held until it was made available, and stands in the available balance from then on.
with said as (
  select c.site_id, c.agent_id, c.currency, sum(c.amount_minor) as amount,
    case when t.id is null then 'agent_held' else 'agent_available' end as kind
  from commission_entries a
  join commission_entries c on c.site_id = a.site_id and c.order_id = a.order_id and c.level = a.level
  left join ledger_transfers t on t.site_id = a.site_id and t.kind = 'commission_ready'
    and t.reference_type = 'commission_entry' and t.reference_id = a.id
  where a.kind = 'accrual'
  group by c.site_id, c.agent_id, c.currency, t.id is null
), booked as (
  select a.site_id, a.owner_id as agent_id, a.asset as currency, a.kind, a.balance as amount
  from ledger_accounts a where a.kind in ('agent_held', 'agent_available')
)
select site_id, agent_id, kind
from said full join booked using (site_id, agent_id, currency, kind)
where coalesce(said.amount, 0) <> coalesce(booked.amount, 0);
