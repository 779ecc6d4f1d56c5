import { getAddress } from 'ethers';
import type { orderEvents, orders, releases } from '../../drizzle/schema/index.ts';
import type { Order, OrderEvent, Release } from './shape.ts';

/** An order as the API shows it. */
export function presentOrder(row: typeof orders.$inferSelect, tierName: string, tokenDecimals: number): Order {
  return {
    id: row.id,
    status: row.status,
    tier: { id: row.tierId, name: tierName },
    quantity: row.quantity,
    unit_price_minor: row.unitPriceMinor.toString(),
    discount_minor: row.discountMinor.toString(),
    amount_minor: row.amountMinor.toString(),
    currency: row.currency,
    token_base: row.tokenBase.toString(),
    bonus_base: row.bonusBase.toString(),
    token_decimals: tokenDecimals,
    wallet_address: getAddress(row.walletAddress),
    terms_version: row.termsVersion,
    referral: { applied: row.referralReason === null, reason: row.referralReason },
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    paid_at: row.paidAt?.toISOString() ?? null,
  };
}

/** A state that an order entered. Which role of the database wrote it stays inside. */
export const presentEvent = ({ status, reason, at }: typeof orderEvents.$inferSelect): OrderEvent => ({
  status,
  reason,
  at: at.toISOString(),
});

/** A release as its buyer sees it. */
export function presentRelease(row: typeof releases.$inferSelect, txHash: string | null): Release {
  return {
    id: row.id,
    sequence: row.sequence,
    due_at: row.dueAt.toISOString(),
    amount_base: row.amountBase.toString(),
    reversed_base: row.reversedBase.toString(),
    state: row.state,
    tx_hash: txHash,
  };
}
