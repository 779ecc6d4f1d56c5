import { readFile } from 'node:fs/promises';
import type { WorkerConfig } from '../runtime/config.ts';
import { answerWallet } from './desk.ts';

const SCRIPT = new URL('front.js', import.meta.url);

/**
 * A Worker that stands before the storefront and lends its pages a wallet with the demo accounts, for a browser that has
 * none. The storefront finds it by EIP-6963 like any other and knows nothing of it.
 *
 * @param web the storefront's Worker.
 */
export async function walletFront(web: WorkerConfig) {
  return {
    name: 'demo-wallet',
    modules: [{ type: 'ESModule' as const, path: 'front.js', contents: await readFile(SCRIPT, 'utf8') }],
    compatibilityDate: web.compatibilityDate,
    serviceBindings: { WEB: web.name, DESK: answerWallet },
  };
}
