/** The part of an EIP-1193 provider that is used. Not every wallet tells of changes. */
export interface WalletProvider {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
  on?(event: string, listener: (value: unknown) => void): unknown;
  removeListener?(event: string, listener: (value: unknown) => void): unknown;
}

/** A wallet as it announced itself. Name and icon are its own claim: they are shown, never trusted. */
export interface Wallet {
  id: string;
  /** Which product it is, the same on every page load, such as `io.metamask`; empty when it does not say. */
  product: string;
  name: string;
  /** A `data:image/` URI, or null. */
  icon: string | null;
  provider: WalletProvider;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isProvider(value: unknown): value is WalletProvider {
  return isRecord(value) && typeof value['request'] === 'function';
}

/** The wallet of an announcement, or null when the event does not carry what EIP-6963 asks for. */
export function readAnnouncement(detail: unknown): Wallet | null {
  if (!isRecord(detail) || !isRecord(detail['info']) || !isProvider(detail['provider'])) return null;
  const { uuid, name, icon, rdns } = detail['info'];
  if (typeof uuid !== 'string' || typeof name !== 'string' || name.trim() === '') return null;
  const image = typeof icon === 'string' && icon.startsWith('data:image/') ? icon : null;
  return {
    id: uuid,
    product: typeof rdns === 'string' ? rdns : '',
    name: name.slice(0, 40),
    icon: image,
    provider: detail['provider'],
  };
}

/**
 * Asks the wallets of this browser to announce themselves (EIP-6963) and tells `found` of each, also of those that
 * come later. Answers with a function that stops listening.
 */
export function discoverWallets(found: (wallet: Wallet) => void): () => void {
  const listen = (event: Event): void => {
    const wallet = readAnnouncement((event as CustomEvent<unknown>).detail);
    if (wallet) found(wallet);
  };
  window.addEventListener('eip6963:announceProvider', listen);
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  return () => window.removeEventListener('eip6963:announceProvider', listen);
}
