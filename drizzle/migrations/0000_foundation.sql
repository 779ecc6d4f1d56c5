-- What every table and every transaction stands on: who and where we are, what time it is, how a refusal is raised, and
-- the one recipe that makes a table a tenant's. The roles themselves come from drizzle/roles.sql (they outlive a database).

create schema app;
revoke all on schema public from public;
grant usage on schema app, public to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;
alter default privileges in schema app revoke execute on functions from public;

-- Time -----------------------------------------------------------------------------------------------------------------

-- One row. The shift moves the business clock in tests and locally; production keeps it at zero (/ready/ says so if not).
create table app.clock (
  one boolean primary key default true check (one),
  shift interval not null default interval '0'
);
insert into app.clock default values;
grant select on app.clock to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;

create function app.now() returns timestamptz language sql stable parallel safe
  return transaction_timestamp() + (select shift from app.clock);

-- Identity of the transaction --------------------------------------------------------------------------------------------

-- A setting of a finished transaction reads as '', not as null.
create function app.setting(name text) returns text language sql stable parallel safe
  return nullif(current_setting(name, true), '');

create function app.site_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.site_id', true), '')::uuid;

create function app.user_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.user_id', true), '')::uuid;

-- Refusals ---------------------------------------------------------------------------------------------------------------

-- SQLSTATE PX001 carries one of the codes of domain/error.ts as its message; the Workers turn it back into a DomainError.
create function app.refuse(code text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'PX001', message = code;
end $$;

-- The guard of a statement: how many rows it touched against how many it had to.
create function app.expect(touched bigint, code text, wanted bigint default 1) returns void
language plpgsql set search_path = '' as $$
begin
  if touched is distinct from wanted then
    raise exception using errcode = 'PX001', message = code;
  end if;
end $$;

-- States -----------------------------------------------------------------------------------------------------------------

-- The state tables of domain/, held by the database too; a test compares the two. from_state '' is the row's first state.
create table app.transitions (
  noun text not null,
  from_state text not null,
  to_state text not null,
  role name not null,
  primary key (noun, from_state, to_state, role)
);
grant select on app.transitions to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;

insert into app.transitions (noun, from_state, to_state, role) values
  ('order', '', 'pending', 'posx_app'),
  ('order', 'pending', 'paid', 'posx_queue'),
  ('order', 'pending', 'cancelled', 'posx_app'),
  ('order', 'pending', 'cancelled', 'posx_queue'),
  ('order', 'pending', 'expired', 'posx_queue'),
  ('order', 'expired', 'paid', 'posx_queue'),
  ('order', 'expired', 'review', 'posx_queue'),
  ('order', 'cancelled', 'paid', 'posx_queue'),
  ('order', 'cancelled', 'review', 'posx_queue'),
  ('order', 'review', 'paid', 'posx_queue'),
  ('order', 'review', 'refunded', 'posx_queue'),
  ('order', 'paid', 'refunded', 'posx_queue'),
  ('release', '', 'scheduled', 'posx_queue'),
  ('release', '', 'due', 'posx_queue'),
  ('release', 'scheduled', 'due', 'posx_queue'),
  ('release', 'due', 'approved', 'posx_operator'),
  ('release', 'due', 'approved', 'posx_queue'),
  ('release', 'failed', 'approved', 'posx_operator'),
  ('release', 'blocked', 'approved', 'posx_operator'),
  ('release', 'approved', 'submitting', 'posx_queue'),
  ('release', 'submitting', 'submitted', 'posx_queue'),
  ('release', 'submitting', 'confirmed', 'posx_queue'),
  ('release', 'submitting', 'failed', 'posx_queue'),
  ('release', 'submitting', 'blocked', 'posx_queue'),
  ('release', 'submitted', 'confirmed', 'posx_queue'),
  ('release', 'submitted', 'failed', 'posx_queue'),
  ('release', 'submitted', 'blocked', 'posx_queue'),
  ('release', 'scheduled', 'reversed', 'posx_queue'),
  ('release', 'due', 'reversed', 'posx_queue'),
  ('release', 'approved', 'reversed', 'posx_queue'),
  ('release', 'failed', 'reversed', 'posx_queue'),
  ('release', 'blocked', 'reversed', 'posx_queue'),
  ('payout', '', 'submitting', 'posx_queue'),
  ('payout', 'submitting', 'submitted', 'posx_queue'),
  ('payout', 'submitting', 'confirmed', 'posx_queue'),
  ('payout', 'submitting', 'failed', 'posx_queue'),
  ('payout', 'submitting', 'blocked', 'posx_queue'),
  ('payout', 'submitted', 'confirmed', 'posx_queue'),
  ('payout', 'submitted', 'failed', 'posx_queue'),
  ('payout', 'submitted', 'blocked', 'posx_queue');

-- Trigger arguments: the noun, and the column that holds its state.
create function app.check_transition() returns trigger language plpgsql set search_path = '' as $$
declare
  was text := case when tg_op = 'INSERT' then '' else to_jsonb(old) ->> tg_argv[1] end;
  is_now text := to_jsonb(new) ->> tg_argv[1];
begin
  if was is distinct from is_now and not exists (
    select from app.transitions t
    where t.noun = tg_argv[0] and t.from_state = was
      and t.to_state = is_now and t.role = current_user
  ) then
    raise exception using errcode = 'PX001', message = tg_argv[0] || '.state',
      detail = format('%s may not move %s from %L to %L', current_user, tg_argv[0], was, is_now);
  end if;
  return new;
end $$;

-- Ownership of a table -----------------------------------------------------------------------------------------------------

create function app.refuse_site_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'PX001', message = 'internal', detail = 'a row never moves to another site';
end $$;

create function app.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'PX001', message = 'internal', detail = format('%I is append-only', tg_table_name);
end $$;

-- Makes `owned` a table of sites: row-level security that also binds the owner, the site policy, a restrictive policy for
-- a buyer's own rows, a site that cannot change, and reading for those who read. Write grants stay with the migration
-- that adds the table: they differ, column by column.
create procedure app.own(owned regclass, buyer_column name default null) language plpgsql set search_path = '' as $$
begin
  if not exists (
    select from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = owned and i.indisprimary and a.attname = 'site_id'
  ) then
    raise exception 'the primary key of % must lead with site_id', owned;
  end if;
  execute format('alter table %s enable row level security', owned);
  execute format('alter table %s force row level security', owned);
  execute format('create policy site on %s to posx_owner, posx_app, posx_operator, posx_readonly, posx_queue '
    'using (site_id = app.site_id()) with check (site_id = app.site_id())', owned);
  execute format('create policy admin_read on %s for select to posx_admin using (true)', owned);
  if buyer_column is not null then
    execute format('create policy buyer on %s as restrictive to posx_app '
      'using (%2$I = app.user_id()) with check (%2$I = app.user_id())', owned, buyer_column);
  end if;
  execute format('create trigger site_is_fixed before update of site_id on %s for each row '
    'when (old.site_id is distinct from new.site_id) execute function app.refuse_site_change()', owned);
  execute format('grant select on %s to posx_readonly, posx_admin', owned);
end $$;

-- No UPDATE, DELETE or TRUNCATE by any road, the owner's included.
create procedure app.append_only(owned regclass) language plpgsql set search_path = '' as $$
begin
  execute format('create trigger append_only before update or delete on %s for each row '
    'execute function app.refuse_change()', owned);
  execute format('create trigger append_only_whole before truncate on %s for each statement '
    'execute function app.refuse_change()', owned);
end $$;

grant execute on function app.now(), app.setting(text), app.site_id(), app.user_id(), app.refuse(text),
  app.expect(bigint, text, bigint), app.check_transition(), app.refuse_site_change(), app.refuse_change()
  to posx_app, posx_operator, posx_readonly, posx_admin, posx_queue, posx_sweep;
