const KEY = 'referral';
const CODE = /^[A-Z0-9]{1,16}-[A-Z0-9]{4,20}$/i;
const LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** The part of `localStorage` that is used; a browser may refuse each call. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Keeps the code of `?ref=CODE` for 30 days from now, and says whether it did. The newest link wins; what does not look
 * like a code is not kept. A browser that forbids storage remembers nothing: a referral is a courtesy, never a reason
 * to fail.
 */
export function rememberReferral(search: string, store: Store, now: number): boolean {
  const code = new URLSearchParams(search).get('ref')?.trim();
  if (code === undefined || !CODE.test(code)) return false;
  try {
    store.setItem(KEY, JSON.stringify({ code, until: now + LIFE_MS }));
    return true;
  } catch {
    return false;
  }
}

/** The remembered code, or undefined when there is none or its 30 days are over. */
export function recallReferral(store: Store, now: number): string | undefined {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('code' in kept) || !('until' in kept)) return undefined;
    const { code, until } = kept;
    if (typeof code !== 'string' || !CODE.test(code) || typeof until !== 'number') return undefined;
    if (until > now && until <= now + LIFE_MS) return code;
    store.removeItem(KEY);
    return undefined;
  } catch {
    return undefined;
  }
}
