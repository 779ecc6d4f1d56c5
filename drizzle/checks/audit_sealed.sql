-- No audit row waits longer than ten minutes for its seal. Ids carry the real time, which no clock of ours shifts.
select a.site_id, a.id as audit_id
from audit_log a
where uuid_extract_timestamp(a.id) < uuid_extract_timestamp(uuidv7()) - interval '10 minutes'
  and not exists (select from audit_seals s where s.site_id = a.site_id and s.audit_id = a.id);
