import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Nonce } from '../../worker/auth/shape.ts';
import type { Me } from '../../worker/me/shape.ts';
import type { Order, OrderBody, OrderDetail, Payment } from '../../worker/order/shape.ts';
import type { Site } from '../../worker/site/shape.ts';
import type { Tier } from '../../worker/tier/shape.ts';
import type { BoundWallet } from '../../worker/wallet/shape.ts';
import { confirmPayment } from '../../dev/client/pay.ts';
import { ApiVisitor, type ApiAnswer } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { MintedSite } from './site.ts';
import { useStack } from './stack.ts';

/** Somebody with a wallet of their own, signed in on one site. */
export interface Buyer {
  visitor: ApiVisitor;
  me: Me;
  privateKey: string;
  walletId: string;
  address: string;
}

/** A minted site, or a demo site by its address alone. */
export type SiteLike = MintedSite | { url: string };

/** Signs in with a key that nobody has used. @param visitor a browser on the site, where it must be a certain one */
export async function newBuyer(site: SiteLike, visitor = new ApiVisitor(site.url)): Promise<Buyer> {
  const privateKey = generatePrivateKey();
  const me = await visitor.signIn(privateKey);
  const [wallet] = me.wallets;
  if (wallet === undefined) throw new Error('signing in with a wallet gives the user that wallet');
  return { visitor, me, privateKey, walletId: wallet.id, address: privateKeyToAccount(privateKey).address };
}

/** Binds one more wallet to the buyer's account, with a key that nobody has used. @throws Error when it is refused */
export async function bindWallet({ visitor }: Buyer): Promise<BoundWallet> {
  const account = privateKeyToAccount(generatePrivateKey());
  const { body } = await visitor.post<Nonce>('/auth/nonce', { address: account.address, purpose: 'bind' });
  const signature = await account.signMessage({ message: body.message });
  const bound = await visitor.post<BoundWallet>('/wallets', { message: body.message, signature });
  if (bound.status !== 201) throw new Error(`POST /wallets answered ${bound.status}: ${JSON.stringify(bound.body)}`);
  return bound.body;
}

export interface OrderOptions {
  /** The site's first tier by default. */
  tierId?: string | undefined;
  /** The version the buyer saw; 1, that of every minted tier, by default. */
  tierVersion?: number;
  /** 1 by default. */
  quantity?: number;
  referralCode?: string | undefined;
  /** A fresh one by default. */
  idempotencyKey?: string;
}

/** What the page would send for an order on a minted site. */
export function orderBody(buyer: Buyer, site: MintedSite, options: OrderOptions = {}): OrderBody {
  return bodyOf(buyer, ofMinted(site, options), options);
}

/** Places an order, without payment. On a minted site this is one request to the platform; on others the tiers are read first. */
export async function placeOrder(buyer: Buyer, site: SiteLike, options: OrderOptions = {}): Promise<ApiAnswer<Order>> {
  const shown = 'tiers' in site ? ofMinted(site, options) : await readShown(buyer.visitor, options.tierId);
  return buyer.visitor.order<Order>(bodyOf(buyer, shown, options), options.idempotencyKey);
}

function bodyOf(buyer: Buyer, shown: Shown, options: OrderOptions): OrderBody {
  return {
    ...shown,
    quantity: options.quantity ?? 1,
    wallet_id: buyer.walletId,
    ...(options.tierVersion === undefined ? {} : { tier_version: options.tierVersion }),
    ...(options.referralCode === undefined ? {} : { referral_code: options.referralCode }),
  };
}

type Shown = Pick<OrderBody, 'tier_id' | 'tier_version' | 'terms_version'>;

function ofMinted({ tiers, termsVersion }: MintedSite, { tierId }: OrderOptions): Shown {
  return { tier_id: tierId ?? tiers[0].id, tier_version: 1, terms_version: termsVersion };
}

async function readShown(visitor: ApiVisitor, tierId: string | undefined): Promise<Shown> {
  const { body: site } = await visitor.get<Site>('/site');
  const { items } = (await visitor.get<{ items: Tier[] }>('/tiers')).body;
  const tier = items.find(({ id, state }) => (tierId === undefined ? state === 'open' : id === tierId));
  if (tier === undefined) throw new Error('the site shows no such tier');
  return { tier_id: tier.id, tier_version: tier.version, terms_version: site.terms.version };
}

/**
 * Has the payment created and confirms it at the provider, as the buyer's page does. The platform learns of it by
 * webhook: see {@link paidOrder}.
 *
 * @param card a test card of the provider, e.g. `pm_card_chargeDeclined`
 * @returns what the API answered to the creation, and the provider to the confirmation (null when there was no creation)
 */
export async function payOrder(buyer: Buyer, orderId: string, card?: string) {
  const created = await buyer.visitor.post<Payment>(`/orders/${orderId}/payment`);
  const confirmed = created.status === 200 ? await confirmPayment(useStack().stripe.url, created.body, card) : null;
  return { created, confirmed };
}

/** The order once the consumer has settled it. @throws Error when that does not come within some seconds */
export function paidOrder(buyer: Buyer, orderId: string): Promise<OrderDetail> {
  return waitFor(`the payment of ${orderId}`, async () => {
    const { body } = await buyer.visitor.get<OrderDetail>(`/orders/${orderId}`);
    return body.status === 'paid' && body.allocation !== null ? body : undefined;
  });
}

/** The whole purchase. @throws Error when the platform or the provider refuses a step */
export async function buy(buyer: Buyer, site: SiteLike, options: OrderOptions = {}): Promise<OrderDetail> {
  const placed = await placeOrder(buyer, site, options);
  if (placed.status !== 201) throw new Error(`POST /orders answered ${placed.status}: ${JSON.stringify(placed.body)}`);
  const { created, confirmed } = await payOrder(buyer, placed.body.id);
  if (confirmed?.status !== 200) {
    throw new Error(
      `the payment was refused: ${created.status} ${JSON.stringify(created.body)} ${confirmed?.text ?? ''}`,
    );
  }
  return paidOrder(buyer, placed.body.id);
}
