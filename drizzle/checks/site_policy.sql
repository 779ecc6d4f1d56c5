-- Every table that names a site has a policy for the roles that write within a site, and it asks for app.site_id().
select c.relname as table_name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where c.relkind in ('r', 'p')
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped)
  and not exists (
    select from pg_policy p
    where p.polrelid = c.oid and p.polpermissive and p.polname = 'site'
      and pg_get_expr(p.polqual, p.polrelid) like '%app.site_id()%');
