-- People's data has an end: what an anonymised account leaves behind, and what housekeeping looks for.

create index users_by_status on users (site_id, status, id);
create index auth_nonces_by_expiry on auth_nonces (site_id, expires_at);
create index idempotency_keys_by_age on idempotency_keys (site_id, created_at);
create index sessions_by_end on sessions (site_id, revoked_at) where revoked_at is not null;

-- An address is a name. In the place of a forgotten one stands the row's own id in an address's form, which no key has.
create function app.nameless_address(wallet uuid) returns text language sql immutable set search_path = ''
  return '0x' || replace(wallet::text, '-', '') || '00000000';

create function app.check_forgotten_address() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.address <> old.address and (new.unbound_at is null or new.address <> app.nameless_address(new.id)) then
    raise exception using errcode = 'PX001', message = 'internal', detail = 'an address is forgotten, never changed';
  end if;
  return new;
end $$;
create trigger forgotten_address before update of address on wallets
  for each row execute function app.check_forgotten_address();
grant execute on function app.nameless_address(uuid), app.check_forgotten_address() to posx_app, posx_operator;

grant update (address) on wallets to posx_app, posx_operator;
grant update (status_reason) on users to posx_app;
grant update (user_agent) on sessions to posx_app;

-- What is owed to a buyer, or by one, is looked at before the account is closed.
grant select on ledger_accounts to posx_app;

-- An owner closes an account on its person's word, and ends its sessions in the same transaction: an operator reaches
-- sessions of closed accounts beside the one it works in.
grant update (revoked_at, end_reason, user_agent, refresh_token) on sessions to posx_operator;
drop policy buyer on sessions;
create policy buyer on sessions as restrictive to posx_app, posx_readonly
  using (encode(token_hash, 'hex') = app.setting('app.session') or user_id = app.user_id())
  with check (user_id = app.user_id());
create policy closed on sessions as restrictive to posx_operator
  using (encode(token_hash, 'hex') = app.setting('app.session') or user_id = app.user_id()
    or exists (select from users u where u.site_id = sessions.site_id and u.id = sessions.user_id and u.closed_at is not null))
  with check (user_id = app.user_id() or revoked_at is not null);
