-- What the ledger owes a buyer, has in flight and has delivered is what the releases say.
with said as (
  select r.site_id, r.user_id,
    sum(r.amount_base - r.reversed_base - r.netted_base) filter (where r.state not in ('submitting', 'submitted', 'confirmed')) as owed,
    sum(r.amount_base - r.reversed_base - r.netted_base) filter (where r.state in ('submitting', 'submitted')) as flying,
    sum(r.amount_base - r.reversed_base - r.netted_base) filter (where r.state = 'confirmed') as delivered
  from releases r group by r.site_id, r.user_id
), booked as (
  select a.site_id, a.owner_id as user_id,
    sum(a.balance) filter (where a.kind = 'buyer_owed') as owed,
    sum(a.balance) filter (where a.kind = 'in_flight') as flying,
    sum(a.balance) filter (where a.kind = 'delivered') as delivered
  from ledger_accounts a
  where a.kind in ('buyer_owed', 'in_flight', 'delivered') group by a.site_id, a.owner_id
)
select coalesce(s.site_id, b.site_id) as site_id, coalesce(s.user_id, b.user_id) as user_id
from said s full join booked b on b.site_id = s.site_id and b.user_id = s.user_id
where (coalesce(s.owed, 0), coalesce(s.flying, 0), coalesce(s.delivered, 0))
  is distinct from (coalesce(b.owed, 0), coalesce(b.flying, 0), coalesce(b.delivered, 0));
