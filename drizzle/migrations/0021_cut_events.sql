-- no-transaction
-- What providers tell of people has an end too: old events, and old messages that brought one, are cut to their ids. Events go on
-- being received meanwhile, so each statement goes by itself, and so that it may be repeated.
alter table webhook_events add column if not exists cut_at timestamptz;
--> statement-breakpoint
alter table dead_letters add column if not exists cut_at timestamptz;
--> statement-breakpoint
drop index concurrently if exists webhook_events_whole;
--> statement-breakpoint
create index concurrently webhook_events_whole on webhook_events (site_id, received_at)
  where cut_at is null and state <> 'parked';
--> statement-breakpoint
drop index concurrently if exists dead_letters_whole;
--> statement-breakpoint
create index concurrently dead_letters_whole on dead_letters (site_id, at) where cut_at is null and replayed_at is not null;
--> statement-breakpoint
-- What nobody's events carry is not even stored any more when nothing is to be done about them, and no sweep of a site would
-- find those that were.
drop policy if exists of_no_site on webhook_events;
--> statement-breakpoint
create policy of_no_site on webhook_events to posx_owner using (site_id is null) with check (site_id is null);
--> statement-breakpoint
update webhook_events set cut_at = app.now(), payload = jsonb_strip_nulls(jsonb_build_object(
    'id', payload ->> 'id', 'type', payload ->> 'type', 'eventType', payload ->> 'eventType', 'account', payload ->> 'account',
    'object', coalesce(payload #>> '{data,object,id}', payload #>> '{data,externalTxId}', payload #>> '{data,id}',
      nullif(payload ->> 'object', 'event'))))
  where site_id is null and state = 'ignored' and cut_at is null;
--> statement-breakpoint
drop policy of_no_site on webhook_events;
--> statement-breakpoint
grant update (payload, cut_at) on webhook_events to posx_queue;
--> statement-breakpoint
grant update (body, cut_at) on dead_letters to posx_queue;
--> statement-breakpoint
-- Which sites have some to cut: states and dates, never what was told.
grant select (state, received_at, cut_at) on webhook_events to posx_sweep;
--> statement-breakpoint
drop policy if exists sweep on dead_letters;
--> statement-breakpoint
create policy sweep on dead_letters for select to posx_sweep using (true);
--> statement-breakpoint
grant select (site_id, at, replayed_at, cut_at) on dead_letters to posx_sweep;
