-- What the ledger says was sold is what buyers paid, and what it owes agents is what their entries earned.
with paid as (
  select p.site_id, p.currency as asset, 'sales' as kind, sum(p.amount_minor)::numeric as amount
  from payments p where p.state = 'applied' group by p.site_id, p.currency
  union all
  select c.site_id, c.currency, 'commissions', sum(c.amount_minor)
  from commission_entries c group by c.site_id, c.currency
), booked as (
  select a.site_id, a.asset, case a.kind when 'sales' then 'sales' else 'commissions' end as kind, sum(a.balance) as amount
  from ledger_accounts a where a.kind in ('sales', 'agent_held', 'agent_available', 'cash_out') group by 1, 2, 3
)
select site_id, asset, kind
from paid full join booked using (site_id, asset, kind)
where coalesce(paid.amount, 0) <> coalesce(booked.amount, 0);
