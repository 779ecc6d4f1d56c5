-- Nothing in the database belongs to a role of ours other than posx_owner.
select c.relname as object, r.rolname as owner
from pg_class c join pg_roles r on r.oid = c.relowner
where r.rolname like 'posx\_%' and r.rolname <> 'posx_owner'
union all
select p.proname, r.rolname
from pg_proc p join pg_roles r on r.oid = p.proowner
where r.rolname like 'posx\_%' and r.rolname <> 'posx_owner';
