import type { disputes, payments, refunds } from '../../../drizzle/schema/index.ts';
import type { AdminDispute, AdminPayment, AdminRefund } from './shape.ts';

/** A payment as an operator sees it. */
export const presentPayment = (row: typeof payments.$inferSelect): AdminPayment => ({
  id: row.id,
  provider: row.provider,
  provider_id: row.intentId,
  account: row.account,
  amount_minor: row.amountMinor.toString(),
  currency: row.currency,
  state: row.state,
  created_at: row.createdAt.toISOString(),
});

type RefundRow = Omit<typeof refunds.$inferSelect, 'siteId' | 'orderId' | 'userId' | 'checkedAt' | 'openCalls'>;

/** A refund as an operator sees it. */
export const presentRefund = (row: RefundRow): AdminRefund => ({
  id: row.id,
  payment_id: row.paymentId,
  amount_minor: row.amountMinor.toString(),
  currency: row.currency,
  state: row.state,
  reason: row.reason,
  requested_by: row.requestedBy,
  provider_id: row.providerId,
  provider_status: row.providerStatus,
  created_at: row.createdAt.toISOString(),
  settled_at: row.settledAt?.toISOString() ?? null,
});

/** A dispute as an operator sees it. */
export const presentDispute = (row: typeof disputes.$inferSelect): AdminDispute => ({
  id: row.id,
  payment_id: row.paymentId,
  provider_id: row.providerId,
  status: row.status,
  reason: row.reason,
  amount_minor: row.amountMinor.toString(),
  lost_minor: row.lostMinor.toString(),
  currency: row.currency,
  is_open: row.isOpen,
  opened_at: row.openedAt.toISOString(),
  due_by: row.dueBy?.toISOString() ?? null,
});
