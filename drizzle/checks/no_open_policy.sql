-- A policy that is always true admits every site. Only the two roles that read across sites have one, for SELECT.
select p.polrelid::regclass::text as table_name, p.polname as policy
from pg_policy p
where (pg_get_expr(p.polqual, p.polrelid) = 'true' or pg_get_expr(p.polwithcheck, p.polrelid) = 'true')
  and not (p.polcmd = 'r' and p.polname = 'admin_read'
    and p.polroles = array[(select oid from pg_roles where rolname = 'posx_admin')])
  and not (p.polcmd = 'r' and p.polname = 'sweep'
    and p.polroles = array[(select oid from pg_roles where rolname = 'posx_sweep')]);
