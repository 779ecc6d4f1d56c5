import type { Adapter } from 'oidc-provider';
import type { Store } from '../store.ts';
import { openModel } from './model.ts';

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Keeps what oidc-provider must remember in the stand-ins' store. What has expired meanwhile goes at a start. */
export function makeAdapter(store: Store): (model: string) => Adapter {
  return (model) => {
    const shelf = openModel(store, model);
    for (const { id, expiresAtSeconds } of shelf.list()) {
      if (expiresAtSeconds !== null && expiresAtSeconds < nowSeconds()) shelf.remove(id);
    }
    const settle = <Value>(work: () => Value): Promise<Value> =>
      new Promise((resolve) => {
        resolve(store.commit(work));
      });
    return {
      upsert: (id, payload, expiresIn) =>
        settle(() => {
          shelf.put(id, { id, payload, expiresAtSeconds: expiresIn === undefined ? null : nowSeconds() + expiresIn });
        }),
      find: (id) => settle(() => shelf.get(id)?.payload),
      findByUid: (uid) => settle(() => shelf.list().find(({ payload }) => payload.uid === uid)?.payload),
      findByUserCode: (code) => settle(() => shelf.list().find(({ payload }) => payload.userCode === code)?.payload),
      consume: (id) =>
        settle(() => {
          const kept = shelf.get(id);
          if (kept !== undefined) shelf.put(id, { ...kept, payload: { ...kept.payload, consumed: nowSeconds() } });
        }),
      destroy: (id) => settle(() => shelf.remove(id)),
      revokeByGrantId: (grantId) =>
        settle(() => {
          for (const { id, payload } of shelf.list()) if (payload.grantId === grantId) shelf.remove(id);
        }),
    };
  };
}
