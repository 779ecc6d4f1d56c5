-- An inquiry of the buyer's bank takes no money, and the provider still refunds: it freezes the order, but holds nothing back
-- from a refund, which is how an inquiry is kept from becoming a dispute.
create or replace function app.check_reversible() returns trigger language plpgsql set search_path = '' as $$
declare
  captured bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('payment:' || new.site_id::text || new.payment_id::text, 0));
  select p.amount_minor into captured from public.payments p
  where p.site_id = new.site_id and p.id = new.payment_id and p.order_id = new.order_id and p.user_id = new.user_id
    and p.currency = new.currency and p.state in ('applied', 'review', 'surplus');
  if not found then perform app.refuse('payment.state'); end if;
  if new.state = 'requested' and new.amount_minor + coalesce((
    select sum(r.amount_minor) from public.refunds r
    where r.site_id = new.site_id and r.payment_id = new.payment_id and r.state <> 'canceled'), 0) + coalesce((
    select sum(case when d.is_open and d.status not like 'warning\_%' then greatest(d.amount_minor, d.lost_minor)
      else d.lost_minor end)
    from public.disputes d where d.site_id = new.site_id and d.payment_id = new.payment_id), 0) > captured then
    perform app.refuse('refund.exceeds');
  end if;
  return new;
end $$;
