-- Seals over the audit log, append-only kept by always-on triggers, and the first sealed column.

create table audit_seals (
  site_id uuid not null,
  sequence bigint not null,
  audit_id uuid not null,
  prev_hash bytea not null,
  hash bytea not null,
  at timestamptz not null,
  constraint audit_seals_site_id_sequence_pk primary key (site_id, sequence),
  constraint audit_seals_audit unique (site_id, audit_id),
  constraint audit_seals_row foreign key (site_id, audit_id) references audit_log (site_id, id),
  constraint audit_seals_hashes check (octet_length(prev_hash) = 32 and octet_length(hash) = 32)
);
call app.own('audit_seals');
call app.append_only('audit_seals');

-- The triggers of what is append-only fire in every session, also in one that replicates.
do $$
declare
  kept record;
begin
  for kept in
    select tgrelid::regclass as owned, tgname from pg_trigger where tgname in ('append_only', 'append_only_whole')
  loop
    execute format('alter table %s enable always trigger %I', kept.owned, kept.tgname);
  end loop;
end $$;

create or replace procedure app.append_only(owned regclass) language plpgsql set search_path = '' as $$
begin
  execute format('create trigger append_only before update or delete on %s for each row '
    'execute function app.refuse_change()', owned);
  execute format('create trigger append_only_whole before truncate on %s for each statement '
    'execute function app.refuse_change()', owned);
  execute format('alter table %s enable always trigger append_only', owned);
  execute format('alter table %s enable always trigger append_only_whole', owned);
end $$;

-- Seals ------------------------------------------------------------------------------------------------------------------

-- The hash of one link: SHA-256 over the link before it and every column of the row. jsonb writes itself in one way only;
-- the instant goes in as seconds since 1970, because its text depends on the session's time zone.
create function app.audit_hash(prev bytea, entry audit_log) returns bytea
language sql immutable parallel safe set search_path = '' as $$
  select sha256(prev || convert_to(jsonb_build_array(entry.site_id, entry.id, entry.actor_id, entry.action,
    entry.subject_type, entry.subject_id, entry.before, entry.after, entry.request_id,
    extract(epoch from entry.at))::text, 'UTF8'))
$$;

-- What stands before the first link: a chain cannot be moved to another site.
create function app.audit_root(site uuid) returns bytea language sql immutable parallel safe set search_path = '' as $$
  select sha256(uuid_send(site))
$$;

-- From which id on a site may have unsealed rows: ids carry their time, and no transaction lives an hour.
create function app.unsealed_from(site uuid) returns uuid language sql stable set search_path = '' as $$
  select coalesce((
    select (lpad(to_hex((extract(epoch from uuid_extract_timestamp(s.audit_id) - interval '1 hour') * 1000)::bigint), 12, '0')
      || repeat('0', 20))::uuid
    from public.audit_seals s where s.site_id = site order by s.sequence desc limit 1
  ), '00000000-0000-0000-0000-000000000000')
$$;

-- Seals the entered site's unsealed rows, at most `wanted`, in the order of their ids. Two at once take turns.
create function app.seal_audit(wanted integer) returns table (sealed integer, sequence bigint, hash bytea)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  here uuid := app.site_id();
  entry public.audit_log;
  number bigint;
  link bytea;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit:' || here::text, 0));
  select s.sequence, s.hash into number, link from public.audit_seals s
  where s.site_id = here order by s.sequence desc limit 1;
  sealed := 0;
  sequence := coalesce(number, 0);
  hash := coalesce(link, app.audit_root(here));
  for entry in
    select a.* from public.audit_log a
    where a.site_id = here and a.id >= app.unsealed_from(here)
      and not exists (select from public.audit_seals s where s.site_id = here and s.audit_id = a.id)
    order by a.id limit wanted
  loop
    link := app.audit_hash(hash, entry);
    sequence := sequence + 1;
    insert into public.audit_seals (site_id, sequence, audit_id, prev_hash, hash, at)
    values (here, sequence, entry.id, hash, link, app.now());
    hash := link;
    sealed := sealed + 1;
  end loop;
  return next;
end $$;

grant select on audit_log, audit_seals to posx_queue;
grant insert on audit_seals to posx_queue;
create policy sweep on audit_log for select to posx_sweep using (true);
create policy sweep on audit_seals for select to posx_sweep using (true);
grant select (site_id, id) on audit_log to posx_sweep;
grant select (site_id, sequence, audit_id) on audit_seals to posx_sweep;
grant execute on function app.unsealed_from(uuid) to posx_queue, posx_sweep;
grant execute on function app.seal_audit(integer) to posx_queue;
grant execute on function app.audit_hash(bytea, audit_log), app.audit_root(uuid) to posx_queue, posx_admin, posx_readonly;

-- The first sealed column --------------------------------------------------------------------------------------------------

-- Sealed by the Workers; the generated column is the id of the key, so that a rotation finds what it has not reached.
alter table sessions
  add column refresh_token text,
  add column refresh_token_key integer generated always as (split_part(refresh_token, '.', 1)::integer) stored;
create index sessions_refresh_token_key on sessions (site_id, refresh_token_key) where refresh_token is not null;
grant update (refresh_token) on sessions to posx_app;
grant select (site_id, id, refresh_token, refresh_token_key), update (refresh_token) on sessions to posx_queue;
create policy sweep on sessions for select to posx_sweep using (true);
grant select (site_id, refresh_token_key) on sessions to posx_sweep;
