-- Unique means unique within a site, but for what is unique in the world: hostnames, accounts, providers' event ids.
select i.indexrelid::regclass::text as index_name
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where i.indisunique
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped)
  and not exists (
    select from pg_attribute a
    where a.attrelid = i.indrelid and a.attnum = any (i.indkey) and a.attname = 'site_id')
  and i.indexrelid::regclass::text not in (
    'site_domains_hostname', 'site_payment_accounts_account', 'webhook_events_provider_event_id_pk',
    'dead_letters_id_pk', 'dead_letters_message');
