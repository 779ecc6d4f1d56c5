-- Sealed columns and sign-in challenges are read by the parts that use them, and by nobody who only looks.
with secret (table_name, column_name) as (
  values ('auth_nonces', 'nonce'), ('auth_nonces', 'browser_hash'), ('sessions', 'refresh_token')
)
select s.table_name, s.column_name, r.rolname as role
from secret s
cross join pg_roles r
where r.rolname in ('posx_operator', 'posx_readonly', 'posx_admin', 'posx_sweep')
  and has_column_privilege(r.rolname, 'public.' || s.table_name, s.column_name, 'SELECT');
