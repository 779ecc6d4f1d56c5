import { and, eq, inArray, lte, or, sql } from 'drizzle-orm';
import { refunds } from '../../drizzle/schema/index.ts';
import { databaseNow } from '../here.ts';

const before = (minutes: number) => sql`${databaseNow} - make_interval(mins => ${minutes}::integer)`;

/** A refund that should have been made by now, or of which the provider has said nothing for long. */
export const isRefundDue = () =>
  or(
    and(inArray(refunds.state, ['requested', 'submitting']), lte(refunds.checkedAt, before(1))),
    and(eq(refunds.state, 'pending'), lte(refunds.checkedAt, before(60))),
  );
