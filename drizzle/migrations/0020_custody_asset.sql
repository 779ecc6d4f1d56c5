-- A site that sells also pays out, and custody knows a token by the asset's name alone. A site that was set up without one stays
-- as it is until its row is written again, and has no release approved. Decimals that were left out passed so far: a
-- comparison with nothing is not false.
alter table sites
  drop constraint sites_token,
  add constraint sites_token check (kind = 'platform' or (token_address is not null and token_decimals is not null
    and token_decimals between 0 and 36 and vault_account is not null and custody_asset is not null)) not valid;
