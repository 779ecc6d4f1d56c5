-- Only the consumer posts to the ledger and moves a balance.
select r.rolname as role, t.table_name
from pg_roles r
cross join (values ('ledger_transfers'), ('ledger_entries'), ('ledger_accounts')) as t (table_name)
where r.rolname like 'posx\_%' and r.rolname not in ('posx_owner', 'posx_queue')
  and (has_any_column_privilege(r.rolname, 'public.' || t.table_name, 'INSERT')
    or has_table_privilege(r.rolname, 'public.' || t.table_name, 'DELETE')
    or (t.table_name = 'ledger_accounts' and has_column_privilege(r.rolname, 'public.ledger_accounts', 'balance', 'UPDATE')));
