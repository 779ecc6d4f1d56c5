-- The unpaid orders counted for a client address are the ones there are.
select coalesce(a.site_id, o.site_id) as site_id, encode(coalesce(a.address_hash, o.address_hash), 'hex') as address_hash
from address_holds a
full join (
  select site_id, address_hash, count(*) as unpaid from orders
  where status = 'pending' and address_hash is not null group by 1, 2
) o on o.site_id = a.site_id and o.address_hash = a.address_hash
where coalesce(a.unpaid_count, 0) <> coalesce(o.unpaid, 0);
