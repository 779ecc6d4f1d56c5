import type { AdapterPayload } from 'oidc-provider';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';

/** A session, grant, code or token as it is kept. */
export interface Kept {
  id: string;
  payload: AdapterPayload;
  /** Unix time; null for what does not expire. */
  expiresAtSeconds: number | null;
}

/** The kept things of one of oidc-provider's models, such as `RefreshToken`. */
export function openModel(store: Store, model: string): Shelf<Kept> {
  return openShelf(store, `oidc.${model}`);
}
