-- A settlement debits the receivable and credits the sales, a refund the other way round: where the two met, each held what
-- the other waited for. So whatever a commit posts takes all its accounts first, in one order.
create function app.post_all(transfers jsonb) returns void language plpgsql set search_path = '' as $$
declare
  here uuid := app.site_id();
  named record;
begin
  -- An owner's account is found by the owner: as many as a site has buyers are of one kind.
  for named in
    select distinct p ->> 'account' as account, (p ->> 'owner')::uuid as owner, p ->> 'asset' as asset
    from jsonb_array_elements(transfers) t, jsonb_array_elements(t -> 'postings') p
    order by 1, 2, 3
  loop
    insert into public.ledger_accounts (site_id, id, kind, owner_id, asset)
    values (here, uuidv7(), named.account, named.owner, named.asset)
    on conflict do nothing;
    if named.owner is null then
      perform from public.ledger_accounts a
      where a.site_id = here and a.kind = named.account and a.owner_id is null and a.asset = named.asset for update;
    else
      perform from public.ledger_accounts a
      where a.site_id = here and a.kind = named.account and a.owner_id = named.owner and a.asset = named.asset for update;
    end if;
  end loop;
  perform app.post(t) from jsonb_array_elements(transfers) t;
end $$;
--> statement-breakpoint
-- One transfer of them: its accounts are found in the same way.
create or replace function app.post(transfer jsonb) returns void language plpgsql set search_path = '' as $$
declare
  here uuid := app.site_id();
  posting jsonb;
  owner uuid;
  account uuid;
begin
  insert into public.ledger_transfers (site_id, id, kind, reference_type, reference_id, at)
  values (here, (transfer ->> 'id')::uuid, transfer ->> 'kind', transfer ->> 'reference_type',
    (transfer ->> 'reference_id')::uuid, app.now());
  for posting in select * from jsonb_array_elements(transfer -> 'postings') loop
    owner := (posting ->> 'owner')::uuid;
    insert into public.ledger_accounts (site_id, id, kind, owner_id, asset)
    values (here, uuidv7(), posting ->> 'account', owner, posting ->> 'asset')
    on conflict do nothing;
    if owner is null then
      select a.id into strict account from public.ledger_accounts a
      where a.site_id = here and a.kind = posting ->> 'account' and a.owner_id is null and a.asset = posting ->> 'asset';
    else
      select a.id into strict account from public.ledger_accounts a
      where a.site_id = here and a.kind = posting ->> 'account' and a.owner_id = owner and a.asset = posting ->> 'asset';
    end if;
    insert into public.ledger_entries (site_id, transfer_id, account_id, amount)
    values (here, (transfer ->> 'id')::uuid, account, (posting ->> 'amount')::numeric);
  end loop;
end $$;
--> statement-breakpoint
grant execute on function app.post_all(jsonb) to posx_queue;
