import type { Nonce } from '../../../worker/auth/shape.ts';
import type { Balance, Me } from '../../../worker/me/shape.ts';
import type { Order, OrderBody, OrderDetail, Payment, Quote } from '../../../worker/order/shape.ts';
import type { Tier } from '../../../worker/tier/shape.ts';
import { Refusal } from './refusal.ts';
import { send } from './send.ts';

/** One page of a list; `next_cursor` is null on the last. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/**
 * What the storefront asks of the API, one line a route, typed by the shapes the API validates against. Every call
 * throws Refusal when it is refused.
 */
export const api = {
  tiers: async () => (await send('GET', '/tiers')) as Page<Tier>,
  tier: async (id: string) => (await send('GET', `/tiers/${encodeURIComponent(id)}`)) as Tier,

  nonce: async (address: string) => (await send('POST', '/auth/nonce', { body: { address } })) as Nonce,
  signIn: async (message: string, signature: string) =>
    (await send('POST', '/auth/wallet', { body: { message, signature } })) as Me,
  /** Answers with the address of the e-mail sign-in's own logout when there is one to go to. */
  signOut: async () => (await send('POST', '/auth/logout')) as { logout_url: string } | null,

  /** Null when nobody is signed in: for a page that is a state, not a failure. */
  me: async () => {
    try {
      return (await send('GET', '/me')) as Me;
    } catch (error) {
      if (error instanceof Refusal && error.fault.status === 401) return null;
      throw error;
    }
  },
  balance: async () => (await send('GET', '/me/balance')) as Balance,

  preview: async (tierId: string, quantity: number, promoCode: string | undefined, signal: AbortSignal) => {
    const promo = promoCode === undefined ? {} : { promo_code: promoCode };
    const body = { tier_id: tierId, quantity, ...promo };
    return (await send('POST', '/orders/preview', { body, signal })) as Quote;
  },
  place: async (body: OrderBody, key: string) => (await send('POST', '/orders', { body, key })) as Order,
  /** Asking again answers with the same payment, so the order's id serves as key. */
  pay: async (orderId: string) =>
    (await send('POST', `/orders/${encodeURIComponent(orderId)}/payment`, { key: orderId })) as Payment,
  cancel: async (orderId: string) => (await send('POST', `/orders/${encodeURIComponent(orderId)}/cancel`)) as Order,
  orders: async (cursor?: string) =>
    (await send(
      'GET',
      `/orders?limit=20${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )) as Page<Order>,
  order: async (id: string) => (await send('GET', `/orders/${encodeURIComponent(id)}`)) as OrderDetail,
};
