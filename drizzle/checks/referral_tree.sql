-- Nobody is their own referrer, however far up.
with recursive up as (
  select r.site_id, r.user_id, r.referrer_id, array[r.user_id] as path, false as cyclic
  from referrals r where r.referrer_id is not null
  union all
  select up.site_id, up.user_id, r.referrer_id, up.path || r.user_id, r.user_id = any (up.path)
  from up join referrals r on r.site_id = up.site_id and r.user_id = up.referrer_id
  where not up.cyclic
)
select up.site_id, up.user_id from up where up.cyclic;
