import type { JWK } from 'jose';
import { control } from '../stripe/control.ts';
import { listen } from '../stripe/listen.ts';
import type { Answer, Call, Listener } from '../stripe/listen.ts';
import type { Store } from '../store.ts';
import { Courier } from '../webhook.ts';
import type { WebhookTarget } from '../webhook.ts';
import { makeAuthenticate } from './authenticate.ts';
import { showBalance } from './balance.ts';
import { openDesk, show } from './desk.ts';
import type { Desk } from './desk.ts';
import { CustodyFailure } from './error.ts';
import { rememberAnswers } from './idempotency.ts';
import type { Once } from './idempotency.ts';
import { loadKeys, signBody } from './notify.ts';
import { submitTransaction } from './submit.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';
import { makeWalker } from './walk.ts';
import type { Walker } from './walk.ts';

/** What the stand-in needs to know. */
export interface CustodyOptions {
  /** 0 or nothing: a free port. */
  port?: number;
  store: Store;
  chain: { rpcUrl: string };
  apiKey: string;
  /** Public key of the product's API user, as PEM (SPKI) or JWK. */
  apiPublicKey: string | JWK;
  vaults: readonly Vault[];
  webhook: WebhookTarget;
}

/** A running stand-in. `url` is the API's base without `/v1`, and the place of `/_control/`. */
export interface CustodyStandIn extends Listener {
  jwksUrl: string;
}

/** Fireblocks waits 10 s to 4 h, ten attempts in all; here the same number of attempts takes five minutes. */
const RETRY_DELAYS_MS = [500, 1_500, 4_000, 8_000, 15_000, 30_000, 60_000, 90_000, 90_000];
const ABOUT =
  'Local stand-in for Fireblocks. It is not Fireblocks; it moves tokens on the local chain only. See dev/README.md.';

/**
 * Starts a local stand-in for Fireblocks that carries out real ERC-20 transfers on the local chain.
 * Transfers an earlier process left unfinished are taken up before it listens; none is ever paid twice.
 *
 * @throws Error with one clear sentence when the port is taken
 */
export async function startCustody(options: CustodyOptions): Promise<CustodyStandIn> {
  const { store } = options;
  const keys = await loadKeys(store);
  const courier = new Courier({
    store,
    kind: 'custody.delivery',
    target: options.webhook,
    sign: async (body) => ({ 'fireblocks-webhook-signature': await signBody(body, keys) }),
    retryDelaysMs: RETRY_DELAYS_MS,
    // An answer of 4xx ends the delivery for good, save for these two.
    isRetried: (status) => status === null || status >= 500 || status === 408 || status === 429,
  });
  const desk = openDesk(store, courier, options.chain.rpcUrl, options.vaults);
  const authenticate = await makeAuthenticate(store, options.apiKey, options.apiPublicKey);
  const walker = makeWalker(desk);
  await walker.resume();
  const once = rememberAnswers(store);
  const listener = await listen(options.port ?? 0, async (call) => {
    const controlled = desk.faults.control(call) ?? (await control(call, courier));
    if (controlled !== null) return controlled;
    if (call.url.pathname === '/') return { status: 200, headers: { 'content-type': 'text/plain' }, body: ABOUT };
    if (call.url.pathname === '/.well-known/jwks.json') {
      return { status: 200, headers: { 'cache-control': 'public, max-age=3600' }, body: keys.jwks };
    }
    try {
      await authenticate(call);
      return await answerApi(call, desk, walker, once);
    } catch (error) {
      if (error instanceof CustodyFailure) return error.toAnswer();
      throw error;
    }
  });
  return {
    ...listener,
    jwksUrl: `${listener.url}/.well-known/jwks.json`,
    stop: async () => {
      await listener.stop();
      await walker.stop();
      await courier.stop();
    },
  };
}

async function answerApi(call: Call, desk: Desk, walker: Walker, once: Once): Promise<Answer> {
  const [version, ...path] = call.url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [first, second, third, fourth] = path;
  const isRead = call.method === 'GET' && version === 'v1';
  if (call.method === 'POST' && call.url.pathname === '/v1/transactions') {
    return once(call, () => {
      const { id, status } = submitTransaction(desk, call.body);
      // A walk begins with a pause, so its first step comes after this commit.
      walker.start(id);
      return { status: 200, body: { id, status } };
    });
  }
  if (
    isRead &&
    first === 'transactions' &&
    second === 'external_tx_id' &&
    third !== undefined &&
    fourth === undefined
  ) {
    const id = desk.externalIds.get(third);
    return found(desk, id === undefined ? undefined : desk.transactions.get(id));
  }
  if (isRead && first === 'transactions' && second !== undefined && third === undefined) {
    return found(desk, desk.transactions.get(second));
  }
  if (isRead && first === 'vault' && second === 'accounts' && third !== undefined && path.length === 4) {
    return { status: 200, body: await showBalance(desk, third, fourth ?? '') };
  }
  throw new CustodyFailure(404, 1404, `This local stand-in has no ${call.method} ${call.url.pathname}`);
}

function found(desk: Desk, transaction: Transaction | undefined): Answer {
  if (transaction === undefined) throw new CustodyFailure(404, 1404, 'Transaction was not found');
  return { status: 200, body: show(desk, transaction) };
}
