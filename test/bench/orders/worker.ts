import { sql } from 'drizzle-orm';
import { transact } from '../../../drizzle/transaction.ts';
import { app } from '../../../worker/app.ts';
import { buyerDatabase } from '../../../worker/database.ts';
import { entryOf } from '../../../worker/http/visitor.ts';

/** Where the floor is measured: an authenticated POST that enters, selects 1 and does nothing else. */
app.post('/api/v1/bench/empty', async (c) => {
  await transact(buyerDatabase(c.env), entryOf(c.get('visitor'), 'buyer'), (db) => [db.execute(sql`select 1`)]);
  return c.json({ empty: true }, 201);
});

/** The API with the floor beside its own routes. */
export default { fetch: app.fetch };
