-- Which accounts' last day is to be reconciled is asked across sites, by the account's id.
grant select (account) on site_payment_accounts to posx_sweep;
