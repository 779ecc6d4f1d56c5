-- Each transfer sums to zero for each asset, and each balance is the sum of its entries.
select e.site_id, e.transfer_id as id, a.asset, sum(e.amount) as off_by
from ledger_entries e
join ledger_accounts a on a.site_id = e.site_id and a.id = e.account_id
group by e.site_id, e.transfer_id, a.asset having sum(e.amount) <> 0
union all
select a.site_id, a.id, a.asset, a.balance - coalesce(sum(e.amount), 0)
from ledger_accounts a
left join ledger_entries e on e.site_id = a.site_id and e.account_id = a.id
group by a.site_id, a.id, a.asset, a.balance having a.balance <> coalesce(sum(e.amount), 0);
