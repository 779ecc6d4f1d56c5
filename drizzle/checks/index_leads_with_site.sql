-- Every table of sites has an index that leads with the site, so that a site's query never walks the others' rows.
select c.relname as table_name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped and a.attnotnull
where c.relkind in ('r', 'p')
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum);
