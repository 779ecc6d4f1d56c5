-- TRUNCATE passes row-level security by, REFERENCES and TRIGGER reach into other rows: nobody but the owner has them.
select g.grantee, g.table_name, g.privilege_type
from (
  select coalesce(r.rolname, 'public') as grantee, c.relname as table_name, acl.privilege_type
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'app')
  cross join lateral aclexplode(c.relacl) acl
  left join pg_roles r on r.oid = acl.grantee
  where acl.grantee <> c.relowner
) g
where g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN') or g.grantee = 'public';
