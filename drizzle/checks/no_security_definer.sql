-- Nothing runs with its maker's rights, functions and views alike.
select p.oid::regprocedure::text as object
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('app', 'public') and p.prosecdef
union all
select c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('app', 'public') and c.relkind = 'v'
  and not coalesce('security_invoker=true' = any (c.reloptions), false)
union all
select c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('app', 'public') and c.relkind = 'm';
