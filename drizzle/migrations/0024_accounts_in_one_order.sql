-- A settlement debits the receivable and credits the sales, a refund the other way round: where the two met, each held what
-- the other waited for. So whatever a commit posts takes all its accounts first, in one order.
create function app.post_all(transfers jsonb) returns void language plpgsql set search_path = '' as $$
declare
  here uuid := app.site_id();
begin
  insert into public.ledger_accounts (site_id, id, kind, owner_id, asset)
  select here, uuidv7(), named.account, named.owner, named.asset
  from (
    select distinct p ->> 'account' as account, (p ->> 'owner')::uuid as owner, p ->> 'asset' as asset
    from jsonb_array_elements(transfers) t, jsonb_array_elements(t -> 'postings') p
  ) named
  where not exists (
    select from public.ledger_accounts a where a.site_id = here and a.kind = named.account and a.asset = named.asset
      and a.owner_id is not distinct from named.owner)
  order by named.account, named.owner, named.asset
  on conflict do nothing;

  perform from public.ledger_accounts a
  where a.site_id = here and (a.kind, coalesce(a.owner_id::text, ''), a.asset) in (
    select p ->> 'account', coalesce(p ->> 'owner', ''), p ->> 'asset'
    from jsonb_array_elements(transfers) t, jsonb_array_elements(t -> 'postings') p)
  order by a.kind, a.owner_id, a.asset
  for update;

  perform app.post(t) from jsonb_array_elements(transfers) t;
end $$;
--> statement-breakpoint
grant execute on function app.post_all(jsonb) to posx_queue;
