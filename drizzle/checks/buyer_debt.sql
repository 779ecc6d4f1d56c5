-- What a buyer owes is what was reversed after it was sent, less what was netted since; and it is never owed to the buyer.
with said as (
  select site_id, user_id, sum(owed) as owed from (
    select a.site_id, a.user_id, a.reversed_base - coalesce((
      select sum(r.reversed_base) from releases r where r.site_id = a.site_id and r.allocation_id = a.id), 0) as owed
    from allocations a
    union all
    select r.site_id, r.user_id, -r.netted_base from releases r
  ) each group by 1, 2
), booked as (
  select a.site_id, a.owner_id as user_id, -sum(a.balance) as owed
  from ledger_accounts a where a.kind = 'buyer_debt' group by 1, 2
)
select site_id, user_id
from said full join booked using (site_id, user_id)
where coalesce(said.owed, 0) <> coalesce(booked.owed, 0) or coalesce(booked.owed, 0) < 0;
