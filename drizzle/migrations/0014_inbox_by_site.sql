-- no-transaction
-- What providers told of a site and what was given up is listed for its operators, the newest first; all sites share the tables.
create index concurrently if not exists webhook_events_by_site on webhook_events (site_id, state, received_at, event_id);
--> statement-breakpoint
create index concurrently if not exists dead_letters_by_site on dead_letters (site_id, at, id);
