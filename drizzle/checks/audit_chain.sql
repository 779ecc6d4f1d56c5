-- Each link of a site's seals follows the one before it without a gap, and is the hash of its audit row as it stands.
with chain as (
  select s.*, lag(s.hash, 1, app.audit_root(s.site_id)) over link as before, row_number() over link as place
  from audit_seals s window link as (partition by s.site_id order by s.sequence)
)
select c.site_id, c.sequence
from chain c
left join audit_log a on a.site_id = c.site_id and a.id = c.audit_id
where c.sequence <> c.place or c.prev_hash <> c.before or a.id is null or c.hash <> app.audit_hash(c.prev_hash, a);
