import { randomUUID } from 'node:crypto';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';
import type { Caller } from './book.ts';
import { StripeFailure } from './error.ts';

/** What the provider or a bank will do of itself, some time after the request that led to it. */
export interface Task {
  id: string;
  kind:
    | 'dispute'
    | 'dispute_not_received'
    | 'early_fraud_warning'
    | 'inquiry'
    | 'payment_fails'
    | 'payment_succeeds'
    | 'refund_fails'
    | 'refund_succeeds';
  /** Id of the charge, the refund or the PaymentIntent it happens to. */
  subject: string;
  account: string | null;
  isLive: boolean;
  /** Milliseconds since 1970. */
  dueAt: number;
}

/** Does what is due, also what an earlier process left. A task and its effects are one commit. */
export class Agenda {
  readonly #store: Store;
  readonly #shelf: Shelf<Task>;
  readonly #delayMs: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #carryOut: ((task: Task) => void) | null = null;

  constructor(store: Store, delayMs: number) {
    this.#store = store;
    this.#shelf = openShelf<Task>(store, 'stripe.agenda');
    this.#delayMs = delayMs;
  }

  /** Begins to work. Tasks scheduled before wait until now. */
  start(carryOut: (task: Task) => void): void {
    this.#carryOut = carryOut;
    for (const task of this.#shelf.list()) this.#arm(task);
  }

  /** Puts a task on the agenda. Inside `store.commit` it is there exactly when its cause is. */
  schedule(caller: Caller, kind: Task['kind'], subject: string): void {
    const { account, isLive } = caller;
    const task = { id: randomUUID(), kind, subject, account, isLive, dueAt: Date.now() + this.#delayMs };
    this.#shelf.put(task.id, task);
    this.#arm(task);
  }

  /** Does everything at once that is still to come, and says how much that was. */
  hurry(): number {
    const tasks = this.#shelf.list();
    for (const task of tasks) this.#run(task.id);
    return tasks.length;
  }

  /** How much is still to come. */
  size(): number {
    return this.#shelf.list().length;
  }

  /** Stops working. What is still to come stays stored for the next start. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#carryOut = null;
  }

  #arm({ id, dueAt }: Task): void {
    if (this.#carryOut === null) return;
    const timer = setTimeout(() => this.#run(id), Math.max(0, dueAt - Date.now()));
    this.#timers.set(id, timer);
  }

  #run(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const task = this.#shelf.get(id);
    if (task === undefined || this.#carryOut === null) return;
    const carryOut = this.#carryOut;
    try {
      this.#store.commit(() => {
        carryOut(task);
        this.#shelf.remove(id);
      });
    } catch (error) {
      // What happened meanwhile can have made it impossible, such as a charge refunded before its dispute.
      if (!(error instanceof StripeFailure)) throw error;
      this.#shelf.remove(id);
    }
  }
}
