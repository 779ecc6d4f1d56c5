-- What is in flight or delivered of a release is exactly it, once, to the wallet its allocation had when it was begun.
select p.site_id, p.id as payout_id
from payouts p
join releases r on r.site_id = p.site_id and r.id = p.release_id
join allocations a on a.site_id = r.site_id and a.id = r.allocation_id
where p.state in ('submitting', 'submitted', 'confirmed')
  and (p.amount_base <> r.amount_base - r.reversed_base - r.netted_base or p.state <> r.state
    or lower(p.destination) <> a.wallet_address and p.created_at > coalesce(a.wallet_changed_at, '-infinity'))
union all
select r.site_id, r.id
from releases r
where r.state in ('submitting', 'submitted', 'confirmed')
  and 1 <> (
    select count(*) from payouts p
    where p.site_id = r.site_id and p.release_id = r.id and p.state in ('submitting', 'submitted', 'confirmed'));
