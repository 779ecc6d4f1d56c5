import { and, eq } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { decideExpiry, isGivenUp } from '../../domain/order/expire.ts';
import { providerCursors } from '../../drizzle/schema/index.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entered } from '../../drizzle/transaction.ts';
import { alertLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';
import { loadOrder } from './load.ts';
import type { OrderCase } from './load.ts';
import { settlePayment } from '../payment/settle.ts';
import type { Ports } from '../ports.ts';
import { expiryStatements, extensionStatements } from './expire_commit.ts';
import { settleFreeOrder } from './free.ts';

const ATTEMPTS = 3;

type OpenPayment = OrderCase['payments'][number];

/**
 * Ends one order whose hold is over. Its PaymentIntent is cancelled first; only when the provider says so do the units
 * return. One that was never recorded cannot be paid, since nobody has its secret: then nobody is asked. What else can
 * no longer be paid says docs/adr/0008-expiry-asks-first.md. An order that costs nothing is settled instead.
 *
 * @throws DomainError what `ports.payments` throws (`payment.account_lost` until the account is given up), what
 * {@link settlePayment} refuses, `guard.changed` (retry) when the order kept changing, `webhook.unmapped` when there is
 * no such site.
 */
export async function expireOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadOrder(ports.database, { site }, { orderId });
    if (found?.order.status !== 'pending' || found.order.expiresAt > entered.now) return { outcome: 'repeated' };
    if (found.order.amountMinor === 0n) return settleFreeOrder(ports, site, orderId);
    const open = found.payments.find(({ state }) => state === 'open');
    if (open === undefined) return release(ports, site, found, null);
    try {
      return await end(ports, entered, found, open);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'payment.account_lost' || open.account === null)
        throw error;
      const lastReadAt = await lastRead(ports, open.account);
      if (!isGivenUp(found.order.expiresAt, lastReadAt, entered.now)) throw error;
      alertLine('order.given_up', { site, order: orderId, intent: open.intentId, account: open.account });
      return await release(ports, site, found, open);
    }
  });
}

/** Asks the provider what became of the order's PaymentIntent, and ends the order by what it answers. */
async function end(ports: Ports, { siteCode, now }: Entered, found: OrderCase, open: OpenPayment): Promise<Outcome> {
  const { expiresAt, extendedAt } = found.order;
  const decide = (intentStatus: string) => decideExpiry({ intentStatus, expiresAt, extendedAt, now });
  const intent = await ports.payments.read(open.intentId, open.account);
  const first = decide(intent.status);
  if (first.kind === 'extend') {
    await transact(ports.database, { site: siteCode }, (db) => extensionStatements(db, found, first.until));
    return { outcome: 'waiting', reason: 'payment.in_progress' };
  }
  const ended = first.kind === 'cancel' ? await ports.payments.cancel(intent.id, intent.account) : intent;
  switch (decide(ended.status).kind) {
    case 'settle': {
      const settled = await settlePayment(ports, { entry: { site: siteCode }, intent: ended, event: null });
      if (settled.outcome !== 'parked') return settled;
      // Somebody made another amount of it at the provider: an operator is told, and it can be paid no second time.
      alertLine('order.paid_otherwise', { site: siteCode, order: found.order.id, intent: ended.id });
      return release(ports, siteCode, found, open);
    }
    case 'release':
      return release(ports, siteCode, found, open);
    case 'wait':
    case 'extend':
    case 'cancel':
      return { outcome: 'waiting', reason: 'payment.not_canceled' };
  }
}

/** When the sweep of events last read an account, which it does every minute. */
async function lastRead(ports: Ports, account: string): Promise<Date | null> {
  const [, rows] = await transact(ports.database, {}, (db) => [
    db
      .select({ at: providerCursors.at })
      .from(providerCursors)
      .where(and(eq(providerCursors.provider, 'stripe'), eq(providerCursors.account, account))),
  ]);
  return rows[0]?.at ?? null;
}

async function release(ports: Ports, site: string, found: OrderCase, open: OpenPayment | null): Promise<Outcome> {
  await transact(ports.database, { site }, (db) => expiryStatements(db, found, open?.id ?? null));
  return { outcome: 'applied' };
}
