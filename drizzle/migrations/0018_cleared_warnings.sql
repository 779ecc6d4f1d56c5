-- no-transaction
-- An order whose fraud warning was cleared is frozen no more: a sweep finds one of which the consumer was never told. A build
-- that was cut off leaves an index that nothing uses: so it is dropped first.
drop index concurrently if exists orders_cleared;
--> statement-breakpoint
create index concurrently orders_cleared on orders (site_id) where frozen and warning_cleared_at >= warned_at;
--> statement-breakpoint
grant select (id, frozen, warned_at, warning_cleared_at) on orders to posx_sweep;
--> statement-breakpoint
grant select (order_id) on disputes to posx_sweep;
