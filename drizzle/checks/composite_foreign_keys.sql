-- A foreign key between two tables of sites carries the site: otherwise a row could reference another site's row.
select con.conname as constraint_name, con.conrelid::regclass::text as table_name
from pg_constraint con
where con.contype = 'f'
  and con.confrelid <> 'public.sites'::regclass
  and exists (select from pg_attribute a where a.attrelid = con.confrelid and a.attname = 'site_id' and not a.attisdropped)
  and not exists (
    select from unnest(con.conkey, con.confkey) as pair (own, referenced)
    join pg_attribute o on o.attrelid = con.conrelid and o.attnum = pair.own
    join pg_attribute f on f.attrelid = con.confrelid and f.attnum = pair.referenced
    where f.attname = 'site_id' and o.attname in ('site_id', 'home_site_id'));
