-- Every table that names a site enables row-level security and binds its owner to it too.
select c.relname as table_name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where c.relkind in ('r', 'p')
  and (c.relname = 'sites' or exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped))
  and not (c.relrowsecurity and c.relforcerowsecurity);
