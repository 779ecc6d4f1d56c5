const KEY = 'errand';

/** What somebody was about to do when the page sent them to sign in again, and who it was. */
export interface KeptErrand {
  /** The account's id: nobody else goes on with it. */
  me: string;
  errand: string;
}

/** The part of `sessionStorage` that is used; a browser may refuse each call. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps the errand over the way to the sign-in and back, in this tab alone. */
export function keepErrand(kept: KeptErrand, store: Store): void {
  try {
    store.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then the button has to be pressed once more.
  }
}

/** The errand of `me`, once: it is forgotten whoever asks. */
export function takeErrand(me: string, store: Store): string | undefined {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? 'null');
    store.removeItem(KEY);
    if (typeof kept !== 'object' || kept === null || !('me' in kept) || !('errand' in kept)) return undefined;
    return kept.me === me && typeof kept.errand === 'string' ? kept.errand : undefined;
  } catch {
    return undefined;
  }
}
