/** What a site is called in addresses, metadata and external ids. The database holds the same rule (`sites_code`). */
export const SITE_CODE = /^[a-z][a-z0-9]{1,15}$/;
