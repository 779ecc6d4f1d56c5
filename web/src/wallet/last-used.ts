const KEY = 'wallet';

/** The part of `localStorage` that is used; a browser may refuse each call. */
type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Keeps which wallet product was used here last. A browser that forbids storage remembers nothing. */
export function rememberWallet(product: string, store: Store): void {
  try {
    store.setItem(KEY, product);
  } catch {
    // It is only asked for its active account the less.
  }
}

/** The product that was used here last, or undefined. */
export function recallWallet(store: Store): string | undefined {
  try {
    return store.getItem(KEY) || undefined;
  } catch {
    return undefined;
  }
}
