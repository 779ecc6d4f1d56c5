-- no-transaction
-- Units of an order whose money went back return to sale when an operator says so: once, all of them, and in no other way.
-- Each statement by itself: orders are placed meanwhile, and take these tables in another order than a transaction here could.
alter table orders
  drop constraint if exists orders_restocked,
  add constraint orders_restocked check (restocked_at is null or (status = 'refunded' and paid_at is not null)) not valid;
--> statement-breakpoint
alter table orders validate constraint orders_restocked;
--> statement-breakpoint
-- The buyer's units and the tier's follow, the tier last as everywhere.
create or replace function app.follow_restock() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.restocked_at is not null then perform app.refuse('order.state'); end if;
  update public.buyer_tier_totals b set sold_units = b.sold_units - new.quantity
  where b.site_id = new.site_id and b.user_id = new.user_id and b.tier_id = new.tier_id;
  update public.tiers t set sold_units = t.sold_units - new.quantity
  where t.site_id = new.site_id and t.id = new.tier_id;
  return new;
end $$;
--> statement-breakpoint
-- An operator reaches the count of what was sold through an order only.
create or replace function app.keep_sold() returns trigger language plpgsql set search_path = '' as $$
begin
  if current_user = 'posx_operator' and pg_trigger_depth() < 2 then
    raise exception using errcode = 'PX001', message = 'internal', detail = 'units come back by a restock';
  end if;
  return new;
end $$;
--> statement-breakpoint
grant execute on function app.follow_restock() to posx_operator;
--> statement-breakpoint
grant execute on function app.keep_sold() to posx_operator, posx_queue;
--> statement-breakpoint
create or replace trigger tier_sold before update of sold_units on tiers for each row
  when (old.sold_units is distinct from new.sold_units) execute function app.keep_sold();
--> statement-breakpoint
create or replace trigger buyer_sold before update of sold_units on buyer_tier_totals for each row
  when (old.sold_units is distinct from new.sold_units) execute function app.keep_sold();
--> statement-breakpoint
create or replace trigger order_restock after update of restocked_at on orders for each row
  when (old.restocked_at is distinct from new.restocked_at) execute function app.follow_restock();
--> statement-breakpoint
revoke update (restocked_at) on orders from posx_queue;
--> statement-breakpoint
grant select, update (sold_units) on buyer_tier_totals to posx_operator;
--> statement-breakpoint
grant update (sold_units) on tiers to posx_operator;
--> statement-breakpoint
grant update (restocked_at) on orders to posx_operator;
