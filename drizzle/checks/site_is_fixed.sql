-- A row never moves to another site.
select c.relname as table_name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped and a.attnotnull
where c.relkind in ('r', 'p')
  and not exists (
    select from pg_trigger t
    where t.tgrelid = c.oid and t.tgname = 'site_is_fixed' and t.tgenabled in ('O', 'A'));
