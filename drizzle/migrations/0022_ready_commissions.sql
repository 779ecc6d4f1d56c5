-- no-transaction
-- A commission is held for some days, then a sweep makes it available. The order says when the next of its holds ends, so
-- that orders long done with are not looked at each minute.
alter table orders add column if not exists commissions_held_until timestamptz;
--> statement-breakpoint
-- The orders of all sites; the owner of the tables is held to one site otherwise.
alter table orders no force row level security;
--> statement-breakpoint
alter table commission_entries no force row level security;
--> statement-breakpoint
update orders o set commissions_held_until = (
  select min(c.ready_at) from commission_entries c
  where c.site_id = o.site_id and c.order_id = o.id and c.kind = 'accrual')
where o.status = 'paid' and o.commissions_held_until is null;
--> statement-breakpoint
alter table commission_entries force row level security;
--> statement-breakpoint
alter table orders force row level security;
--> statement-breakpoint
-- A build that was cut off leaves an index that nothing uses: so it is dropped first.
drop index concurrently if exists orders_commissions_held;
--> statement-breakpoint
create index concurrently orders_commissions_held on orders (site_id, commissions_held_until)
  where status = 'paid' and commissions_held_until is not null;
--> statement-breakpoint
grant update (commissions_held_until) on orders to posx_queue;
--> statement-breakpoint
grant select (commissions_held_until) on orders to posx_sweep;
--> statement-breakpoint
-- An agent sees of the ledger's transfers that an own commission became available, and nothing else.
grant select (site_id, kind, reference_type, reference_id) on ledger_transfers to posx_app;
--> statement-breakpoint
drop policy if exists agent on ledger_transfers;
--> statement-breakpoint
create policy agent on ledger_transfers as restrictive for select to posx_app using (
  kind = 'commission_ready' and reference_type = 'commission_entry' and exists (
    select from commission_entries c where c.site_id = ledger_transfers.site_id and c.id = ledger_transfers.reference_id)
);
