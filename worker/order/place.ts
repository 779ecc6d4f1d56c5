import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError, type RefusalCode } from '../../domain/error.ts';
import { decidePlace, type PlacedOrder } from '../../domain/order/place.ts';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import { returned } from '../../drizzle/returned.ts';
import { orders } from '../../drizzle/schema/index.ts';
import { call, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { bodyHash } from '../http/idempotency.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { nudge } from '../nudge.ts';
import { readSnapshot, snapshotNow, type Snapshot } from '../site/snapshot.ts';
import { addressHash } from './address_hash.ts';
import { tierOf } from './preview.ts';
import { givenPromo } from './promo.ts';
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

/** An order as it was asked for. */
interface Ask {
  readonly env: Env;
  readonly who: Visitor;
  readonly key: string;
  readonly body: OrderBody;
  readonly hash: string;
}

interface Placed {
  order: OrderRow;
  snapshot: Snapshot;
  replayed: boolean;
}

/**
 * Holds the units and writes the order: one round trip on a warm isolate, two on a cold one. A promo code that the
 * snapshot does not hold costs one more. So does what is refused before the commit: its key is looked up first, since
 * it may be a repetition. What may be refused only because the snapshot is old is decided once more on a fresh one.
 *
 * A repeated key with the same body gives the order it gave before, whatever has changed since. An order that costs
 * nothing is paid by the consumer, which is told of it.
 *
 * @throws DomainError what domain/order/place.ts refuses, or the guard of `app.place_order` that found the true reason
 */
export async function place(env: Env, who: Visitor, key: string, body: OrderBody): Promise<Placed> {
  const snapshot = await readSnapshot(env, who);
  if (who.session === undefined && who.bearer === undefined) throw new DomainError('auth.required');
  const refusal = purchaseRefusal({ settings: snapshot.settings, country: who.country });
  if (refusal !== null) throw new DomainError(refusal);
  const ask = { env, who, key, body, hash: await bodyHash(body) };
  const placed = await attempt(ask, snapshot).catch(async (error: unknown) => {
    if (!(error instanceof DomainError) || !STALE.has(error.code)) throw error;
    return attempt(ask, await readSnapshot(env, who, true));
  });
  if (placed.order.amountMinor === 0n && placed.order.status === 'pending') {
    await nudge(env.PAYMENTS, placed.snapshot.site.code, 'order', [placed.order.id]);
  }
  return placed;
}

async function attempt(ask: Ask, snapshot: Snapshot): Promise<Placed> {
  let decided;
  try {
    decided = await decide(ask, snapshot);
  } catch (error) {
    const order = await replayedOrder(ask);
    if (order !== undefined) return { order, snapshot, replayed: true };
    throw error;
  }
  const { env, who } = ask;
  const command = { ...decided, bearer: who.bearer ?? null };
  const session = who.session === undefined ? null : `\\x${who.session}`;
  const [order] = await call(buyerDatabase(env), (db) =>
    db
      .select(returned(orders))
      .from(sql`app.place_order(${who.hostname}, ${session}::bytea, ${JSON.stringify(command)}::jsonb) as orders`),
  );
  if (order === undefined) throw new TypeError('app.place_order answered no order');
  return { order, snapshot, replayed: order.id !== decided.id };
}

/** Everything `app.place_order` is given, decided from the snapshot. */
async function decide({ env, who, key, body, hash }: Ask, snapshot: Snapshot) {
  const { site, settings } = snapshot;
  const tier = tierOf(snapshot, body.tier_id);
  const promo = await givenPromo(env, who, snapshot, body.promo_code);
  const decided = decidePlace({
    command: {
      tierId: body.tier_id,
      tierVersion: body.tier_version,
      quantity: body.quantity,
      termsVersion: body.terms_version,
      walletId: body.wallet_id,
      referralCode: body.referral_code,
      amountMinor: body.amount_minor === undefined ? undefined : BigInt(body.amount_minor),
      tokenBase: body.token_base === undefined ? undefined : BigInt(body.token_base),
    },
    site: {
      currency: site.currency,
      tokenDecimals: site.tokenDecimals ?? 0,
      termsVersion: site.termsVersion,
      settings,
      settingsVersion: site.settingsVersion,
    },
    tier,
    promotions: snapshot.promotions,
    promo,
    now: snapshotNow(snapshot),
    orderId: uuidv7(),
  });
  return {
    ...commandOf(decided),
    idempotency_key: key,
    body_hash: hash,
    max_units: tier.maxUnitsPerBuyer,
    kyc_required: settings.kycRequired,
    referral_depth: settings.referralDepth,
    promo_version: promo?.found?.version ?? null,
    address_hash: await addressHash(env.SIGN_IN_KEY, site.id, who.clientAddress),
    unpaid_per_address_max: settings.unpaidPerAddressMax,
  };
}

/** The order this key made before, asked for only when a new one would be refused: the answer to a repetition stands. */
async function replayedOrder({ env, who, key, hash }: Ask): Promise<OrderRow | undefined> {
  const [, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db.select(returned(orders)).from(sql`app.replayed_order(${key}, decode(${hash}, 'hex')) as orders`),
  ]);
  return rows[0];
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
    bonus_base: decided.bonusBase.toString(),
    promotion_id: decided.promotionId,
    promo_code_id: decided.promoCodeId,
    wallet_id: decided.walletId,
    terms_version: decided.termsVersion,
    settings_version: decided.settingsVersion,
    // Nobody pays an order that costs nothing: the sweep of ended holds may settle it at once.
    hold_minutes: decided.amountMinor === 0n ? 0 : decided.holdMinutes,
    referral_code: decided.referralCode,
  };
}
