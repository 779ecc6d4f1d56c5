-- States move only along their table, by the role it names.
select t.table_name
from (values ('orders', 'order_state'), ('releases', 'release_state'), ('payouts', 'payout_state'),
  ('payments', 'payment_state'), ('refunds', 'refund_state')) as t (table_name, trigger_name)
where not exists (
  select from pg_trigger g
  where g.tgrelid = ('public.' || t.table_name)::regclass and g.tgname = t.trigger_name and g.tgenabled in ('O', 'A'));
