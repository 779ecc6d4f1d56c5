-- The ledger's money is what payments, refunds and disputes say, and what it owes agents is what their entries earned.
-- An applied payment's money stands in the sales; that of any other captured one in what is unapplied. A refund that failed
-- is owed from there, and one made anew pays it: only what the payment brought is taken from the sales.
with flow as (
  select p.site_id, p.currency as asset, p.state = 'applied' as applied, p.amount_minor as captured, 0 as refunded,
    0 as anew, 0 as failed, 0 as withdrawn, 0 as reinstated, 0 as lost
  from payments p where p.state in ('applied', 'review', 'surplus')
  union all
  select r.site_id, r.currency, p.state = 'applied', 0, sum(r.amount_minor),
    case when p.state = 'applied' then greatest(sum(r.amount_minor) - p.amount_minor, 0) else 0 end,
    coalesce(sum(r.amount_minor) filter (where r.state = 'failed'), 0), 0, 0, 0
  from refunds r join payments p on p.site_id = r.site_id and p.id = r.payment_id where r.state in ('succeeded', 'failed')
  group by r.site_id, r.currency, r.payment_id, p.state, p.amount_minor
  union all
  select d.site_id, d.currency, p.state = 'applied', 0, 0, 0, 0, d.withdrawn_minor, d.reinstated_minor, d.lost_minor
  from disputes d join payments p on p.site_id = d.site_id and p.id = d.payment_id
), said as (
  select site_id, asset, 'sales' as kind, sum(captured - refunded + anew - lost) filter (where applied) as amount
  from flow group by 1, 2
  union all
  select site_id, asset, 'unapplied', coalesce(sum(captured - refunded - lost) filter (where not applied), 0)
    + sum(failed - anew + greatest(reinstated + lost - withdrawn, 0)) from flow group by 1, 2
  union all
  select site_id, asset, 'disputed', -sum(greatest(withdrawn - reinstated - lost, 0)) from flow group by 1, 2
  union all
  -- Fees and payouts to the bank are taken from the receivable and from nothing else.
  select site_id, asset, 'provider', -sum(captured - refunded + failed - withdrawn + reinstated) from flow group by 1, 2
  union all
  select c.site_id, c.currency, 'commissions', sum(c.amount_minor) from commission_entries c group by 1, 2
), booked as (
  select a.site_id, a.asset, case
      when a.kind in ('agent_held', 'agent_available', 'cash_out') then 'commissions'
      when a.kind in ('provider_receivable', 'fees', 'bank') then 'provider'
      else a.kind end as kind, sum(a.balance) as amount
  from ledger_accounts a
  where a.kind in ('sales', 'unapplied', 'disputed', 'provider_receivable', 'fees', 'bank', 'agent_held',
    'agent_available', 'cash_out')
  group by 1, 2, 3
)
select site_id, asset, kind
from said full join booked using (site_id, asset, kind)
where coalesce(said.amount, 0) <> coalesce(booked.amount, 0);
