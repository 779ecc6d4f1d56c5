import { createEffect, createSignal, onCleanup } from 'solid-js';
import type { OrderDetail } from '../../../worker/order/shape.ts';
import { api } from '../api/api.ts';
import { createLoad, type Load } from '../api/create-load.ts';
import { pollDelay } from './poll-delay.ts';

/** After a failed read: soon enough to recover by itself, slow enough not to press on a service that is down. */
const RECOVERY_MS = 10_000;

/** An order that is followed: read again as often as its state asks for. */
export interface Follow extends Load<OrderDetail> {
  isConfirming: () => boolean;
  /** Tells that the provider took the payment: from then on every second counts. */
  confirming: () => void;
}

/** Follows the order `id` while the page is open; a hidden tab waits until it is looked at again. */
export function createFollow(id: string, startsConfirming: boolean): Follow {
  const load = createLoad(() => api.order(id));
  const [isConfirming, setConfirming] = createSignal(startsConfirming);
  const readWhenSeen = (): void => {
    if (document.visibilityState === 'visible') void load.reload();
    else document.addEventListener('visibilitychange', readWhenSeen, { once: true });
  };
  createEffect(() => {
    const order = load.value();
    if (!order) return;
    const delay = load.refusal() ? RECOVERY_MS : pollDelay(order, isConfirming());
    if (delay === null) return;
    const timer = setTimeout(readWhenSeen, delay);
    onCleanup(() => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', readWhenSeen);
    });
  });
  return {
    ...load,
    isConfirming,
    confirming: () => {
      setConfirming(true);
      void load.reload();
    },
  };
}
