import { desc, sql } from 'drizzle-orm';
import { siteSettings } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';

/** Selects the settings that hold now on the site that was entered: one row, or none where all are the defaults. */
export const selectSettings = (db: Statements) =>
  db
    .select({ settings: siteSettings.settings })
    .from(siteSettings)
    .where(sql`${siteSettings.siteId} = app.site_id() and ${siteSettings.effectiveAt} <= app.now()`)
    .orderBy(desc(siteSettings.version))
    .limit(1);
