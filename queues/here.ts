import { sql } from 'drizzle-orm';

/** The site the transaction entered. Queries name it although policies do too: the planner needs it. */
export const here = sql<string>`app.site_id()`;

/** The database's business clock. */
export const databaseNow = sql<Date>`app.now()`;
