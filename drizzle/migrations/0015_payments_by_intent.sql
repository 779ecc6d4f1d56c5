-- Refunds and disputes on the platform's own account name no site: whose PaymentIntent it is, is asked across sites, by its id.
create policy sweep on payments for select to posx_sweep using (true);
grant select (site_id, provider, intent_id) on payments to posx_sweep;
