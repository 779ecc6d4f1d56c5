-- no-transaction
-- What providers told of a site and what was given up is listed for its operators, the newest first; all sites share the
-- tables. A build that was cut off leaves an index that nothing uses: so each is dropped first.
drop index concurrently if exists webhook_events_by_site;
--> statement-breakpoint
create index concurrently webhook_events_by_site on webhook_events (site_id, state, received_at, event_id);
--> statement-breakpoint
drop index concurrently if exists dead_letters_by_site;
--> statement-breakpoint
create index concurrently dead_letters_by_site on dead_letters (site_id, at, id);
