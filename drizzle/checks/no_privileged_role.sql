-- No role of ours is superuser, may bypass row-level security or make roles, or is a member of one that may.
select r.rolname as role, g.rolname as through
from pg_roles r
join pg_roles g on g.oid = r.oid or pg_has_role(r.oid, g.oid, 'member')
where r.rolname like 'posx\_%' and (g.rolsuper or g.rolbypassrls or g.rolcreaterole or g.rolcreatedb);
