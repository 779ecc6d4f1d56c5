-- What is only ever added to is held so by triggers that fire in every session, and nobody was granted to change it.
with kept (table_name) as (
  values ('order_events'), ('effects'), ('commission_entries'), ('ledger_transfers'), ('ledger_entries'), ('audit_log'), ('audit_seals'),
    ('dispute_changes')
)
select k.table_name, 'not kept by its triggers' as fault
from kept k
where 2 > (
  select count(*) from pg_trigger t
  where t.tgrelid = ('public.' || k.table_name)::regclass and t.tgname in ('append_only', 'append_only_whole')
    and t.tgenabled = 'A')
union all
select k.table_name, r.rolname || ' may change it'
from kept k
join pg_roles r on r.rolname like 'posx\_%' and r.rolname <> 'posx_owner'
where has_table_privilege(r.rolname, 'public.' || k.table_name, 'UPDATE, DELETE')
  or has_any_column_privilege(r.rolname, 'public.' || k.table_name, 'UPDATE');
