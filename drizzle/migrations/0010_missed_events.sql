-- The events of an account are read back from the provider, and those that were never received are taken. An account of the
-- platform brings events of many sites, so what is known is asked across sites, by the event's id.
create policy sweep on webhook_events for select to posx_sweep using (true);
create policy sweep on site_payment_accounts for select to posx_sweep using (true);
grant select (site_id, provider, event_id) on webhook_events to posx_sweep;
grant select (site_id, provider) on site_payment_accounts to posx_sweep;
grant select (kind) on sites to posx_sweep;
