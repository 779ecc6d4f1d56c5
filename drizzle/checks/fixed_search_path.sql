-- A function's names mean the same for every caller: its search_path is fixed, or its body was parsed when it was made.
select p.oid::regprocedure::text as function_name
from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('app', 'public')
where p.prosqlbody is null
  and not exists (select from unnest(p.proconfig) as setting where setting like 'search\_path=%');
