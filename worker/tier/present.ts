import { availableUnits, tierState } from '../../domain/tier/state.ts';
import type { Snapshot, TierRow } from '../site/snapshot.ts';
import type { Tier } from './shape.ts';

/** A tier as the API shows it. */
export function presentTier(row: TierRow, { site }: Snapshot, now: Date): Tier {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    unit_price_minor: row.unitPriceMinor.toString(),
    currency: site.currency,
    tokens_per_unit_base: row.tokensPerUnitBase.toString(),
    token_decimals: site.tokenDecimals ?? 0,
    total_units: row.totalUnits,
    available_units: availableUnits(row),
    max_units_per_buyer: row.maxUnitsPerBuyer,
    display_order: row.displayOrder,
    opens_at: row.opensAt?.toISOString() ?? null,
    closes_at: row.closesAt?.toISOString() ?? null,
    state: tierState(row, now),
    version: row.version,
  };
}
