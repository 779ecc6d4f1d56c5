import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError, type RefusalCode } from '../../domain/error.ts';
import { decidePlace, type PlacedOrder } from '../../domain/order/place.ts';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import { returned } from '../../drizzle/returned.ts';
import { orders } from '../../drizzle/schema/index.ts';
import { call } from '../../drizzle/transaction.ts';
import { sha256Hex } from '../auth/hash.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import { readSnapshot, snapshotNow, type Snapshot } from '../site/snapshot.ts';
import { tierOf } from './preview.ts';
import type { OrderBody } from './shape.ts';

type OrderRow = typeof orders.$inferSelect;

/** Refusals that a snapshot of two seconds ago may cause: read it anew and decide once more. */
const STALE = new Set<RefusalCode>([
  'tier.changed',
  'tier.unknown',
  'terms.outdated',
  'guard.changed',
  'tier.closed',
  'tier.upcoming',
]);

/**
 * Holds the units and writes the order: one round trip on a warm isolate, two on a cold one. A repeated key with the
 * same body gives the order it gave before.
 *
 * @throws DomainError what domain/order/place.ts refuses, or the guard of `app.place_order` that found the true reason
 */
export async function place(
  env: Env,
  who: Visitor,
  key: string,
  body: OrderBody,
): Promise<{ order: OrderRow; snapshot: Snapshot; replayed: boolean }> {
  const snapshot = await readSnapshot(env, who);
  if (who.session === undefined && who.bearer === undefined) throw new DomainError('auth.required');
  const refusal = purchaseRefusal({ settings: snapshot.settings, country: who.country });
  if (refusal !== null) throw new DomainError(refusal);
  const bodyHash = await sha256Hex(JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))));
  try {
    return await attempt(env, who, key, body, bodyHash, snapshot);
  } catch (error) {
    if (!(error instanceof DomainError) || !STALE.has(error.code)) throw error;
    return attempt(env, who, key, body, bodyHash, await readSnapshot(env, who, true));
  }
}

async function attempt(env: Env, who: Visitor, key: string, body: OrderBody, bodyHash: string, snapshot: Snapshot) {
  const { site, settings } = snapshot;
  const tier = tierOf(snapshot, body.tier_id);
  const decided = decidePlace({
    command: {
      tierId: body.tier_id,
      tierVersion: body.tier_version,
      quantity: body.quantity,
      termsVersion: body.terms_version,
      walletId: body.wallet_id,
      referralCode: body.referral_code,
    },
    site: {
      currency: site.currency,
      tokenDecimals: site.tokenDecimals ?? 0,
      termsVersion: site.termsVersion,
      settings,
      settingsVersion: site.settingsVersion,
    },
    tier,
    now: snapshotNow(snapshot),
    orderId: uuidv7(),
  });
  const command = {
    ...commandOf(decided),
    idempotency_key: key,
    body_hash: bodyHash,
    max_units: tier.maxUnitsPerBuyer,
    kyc_required: settings.kycRequired,
    referral_depth: settings.referralDepth,
    bearer: who.bearer ?? null,
  };
  const session = who.session === undefined ? null : `\\x${who.session}`;
  const [order] = await call(buyerDatabase(env), (db) =>
    db
      .select(returned(orders))
      .from(sql`app.place_order(${who.hostname}, ${session}::bytea, ${JSON.stringify(command)}::jsonb) as orders`),
  );
  if (order === undefined) throw new TypeError('app.place_order answered no order');
  return { order, snapshot, replayed: order.id !== decided.id };
}

/** Amounts travel as text: JSON numbers do not hold them. */
function commandOf(decided: PlacedOrder) {
  return {
    id: decided.id,
    tier_id: decided.tierId,
    tier_version: decided.tierVersion,
    quantity: decided.quantity,
    unit_price_minor: decided.unitPriceMinor.toString(),
    discount_minor: decided.discountMinor.toString(),
    amount_minor: decided.amountMinor.toString(),
    currency: decided.currency,
    token_base: decided.tokenBase.toString(),
    wallet_id: decided.walletId,
    terms_version: decided.termsVersion,
    settings_version: decided.settingsVersion,
    hold_minutes: decided.holdMinutes,
    referral_code: decided.referralCode,
  };
}
