import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { openShelf } from './store.ts';
import type { Shelf, Store } from './store.ts';

/** Where webhooks go. `host` is sent as Host header, since the address itself is always a loopback one. */
export interface WebhookTarget {
  url: string;
  host: string;
}

/** An event as it leaves a stand-in: the exact bytes that are signed and sent. */
export interface Notice {
  eventId: string;
  type: string;
  body: string;
}

/** One try to deliver: the status answered, or null with the reason why nothing was. */
export interface Attempt {
  at: string;
  status: number | null;
  problem: string | null;
}

/** One copy of one event on its way to the platform. `held` waits for `resume` or `reorder`. */
export interface Delivery extends Notice {
  id: string;
  state: 'held' | 'waiting' | 'delivered' | 'failed';
  attempts: Attempt[];
  /** When the next try is due, in milliseconds since 1970. */
  dueAt: number;
}

/** How a provider delivers. */
export interface CourierOptions {
  store: Store;
  /** Kind under which deliveries are stored. */
  kind: string;
  target: WebhookTarget;
  /** Makes the headers of one attempt; called anew for each, because a signature may carry the time. */
  sign: (body: string) => Record<string, string> | Promise<Record<string, string>>;
  /** Pauses before the second, third, … attempt; after the last one the delivery has failed. */
  retryDelaysMs: readonly number[];
  /** Whether an answer that was no success (null: none came) leads to another attempt. */
  isRetried: (status: number | null) => boolean;
}

const CONCURRENCY = 8;
const ANSWER_TIMEOUT_MS = 10_000;
const KEPT_FINISHED = 500;

/**
 * Delivers notices at least once, signed, in no promised order, and lets a test disturb that.
 * What an earlier process left undelivered is taken up again.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #shelf: Shelf<Delivery>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #underway = new Set<Promise<void>>();
  readonly #queue: string[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  readonly #stopped = new AbortController();
  #copies = 1;
  #isPaused = false;

  /** @throws TypeError if the target is not a plain http address */
  constructor(options: CourierOptions) {
    if (new URL(options.target.url).protocol !== 'http:') {
      throw new TypeError('A stand-in delivers webhooks over plain http on this machine.');
    }
    this.#options = options;
    this.#shelf = openShelf<Delivery>(options.store, options.kind);
    const known = this.#shelf.list();
    const finished = known.filter((delivery) => delivery.state === 'delivered' || delivery.state === 'failed');
    for (const delivery of finished.slice(0, -KEPT_FINISHED)) this.#shelf.remove(delivery.id);
    for (const delivery of known) {
      if (delivery.state === 'waiting' || delivery.state === 'held') this.#release(delivery, 0);
    }
  }

  /** Stores a notice for delivery. Inside `store.commit` it becomes durable together with its cause. */
  send(notice: Notice): void {
    for (let copy = 0; copy < this.#copies; copy += 1) this.#add(notice);
  }

  /** From now on every new notice is delivered `copies` times; 1 is normal. */
  duplicate(copies: number): void {
    this.#copies = copies;
  }

  /** Holds whatever is not delivered yet, and what comes. */
  pause(): void {
    this.#isPaused = true;
    for (const delivery of this.#shelf.list()) {
      if (delivery.state === 'waiting') this.#shelf.put(delivery.id, { ...delivery, state: 'held' });
    }
  }

  /** Delivers what was held, all at once. */
  resume(): void {
    this.#isPaused = false;
    for (const delivery of this.#held()) this.#release(delivery, 0);
  }

  /** Delivers what was held newest first, each after the one before was answered, and resumes. */
  async reorder(): Promise<void> {
    this.#isPaused = false;
    for (const delivery of this.#held().reverse()) {
      this.#shelf.put(delivery.id, { ...delivery, state: 'waiting' });
      await this.#run(delivery.id);
    }
  }

  /** Delivers an event again, whatever became of it before. False if it is not known. */
  redeliver(eventId: string): boolean {
    const earlier = this.#shelf.list().find((delivery) => delivery.eventId === eventId);
    if (earlier !== undefined) this.#add(earlier);
    return earlier !== undefined;
  }

  /** All deliveries that are remembered, oldest first. */
  deliveries(): Delivery[] {
    return this.#shelf.list();
  }

  /** Stops delivering. What is undelivered stays stored for the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#underway);
    this.#agent.destroy();
  }

  #held(): Delivery[] {
    return this.#shelf.list().filter((delivery) => delivery.state === 'held');
  }

  #add({ eventId, type, body }: Notice): void {
    const delivery: Delivery = {
      id: randomUUID(),
      eventId,
      type,
      body,
      state: 'held',
      attempts: [],
      dueAt: Date.now(),
    };
    this.#shelf.put(delivery.id, delivery);
    if (!this.#isPaused) this.#release(delivery, 0);
  }

  #release(delivery: Delivery, delayMs: number): void {
    this.#shelf.put(delivery.id, { ...delivery, state: 'waiting', dueAt: Date.now() + delayMs });
    if (this.#stopped.signal.aborted) return;
    clearTimeout(this.#timers.get(delivery.id));
    const timer = setTimeout(() => {
      this.#timers.delete(delivery.id);
      this.#queue.push(delivery.id);
      this.#pump();
    }, delayMs);
    this.#timers.set(delivery.id, timer);
  }

  #pump(): void {
    while (this.#underway.size < CONCURRENCY && !this.#stopped.signal.aborted) {
      const id = this.#queue.shift();
      if (id === undefined) return;
      void this.#run(id);
    }
  }

  #run(id: string): Promise<void> {
    const run = this.#attempt(id).finally(() => {
      this.#underway.delete(run);
      this.#pump();
    });
    this.#underway.add(run);
    return run;
  }

  async #attempt(id: string): Promise<void> {
    const delivery = this.#shelf.get(id);
    if (delivery?.state !== 'waiting') return;
    const attempt = await this.#post(delivery.body);
    // A stop in mid-flight proves nothing about the answer, so the next start delivers again.
    if (this.#stopped.signal.aborted && attempt.status === null) return;
    const { retryDelaysMs, isRetried } = this.#options;
    const tried = { ...delivery, attempts: [...delivery.attempts, attempt] };
    const isSuccess = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const delayMs = retryDelaysMs[delivery.attempts.length];
    if (isSuccess) this.#shelf.put(id, { ...tried, state: 'delivered' });
    else if (delayMs === undefined || !isRetried(attempt.status)) this.#shelf.put(id, { ...tried, state: 'failed' });
    else if (this.#isPaused) this.#shelf.put(id, { ...tried, state: 'held' });
    else this.#release(tried, delayMs);
  }

  async #post(body: string): Promise<Attempt> {
    const at = new Date().toISOString();
    const { url, host } = this.#options.target;
    const headers = {
      ...(await this.#options.sign(body)),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body).toString(),
      host,
    };
    // Node's fetch can neither set a Host header nor find *.localhost; node:http can do the first.
    return new Promise((resolve) => {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
      const sent = request(url, { method: 'POST', headers, agent: this.#agent, signal }, (answer) => {
        answer.resume();
        answer.once('close', () => resolve({ at, status: answer.statusCode ?? null, problem: null }));
      });
      sent.once('error', (error) => resolve({ at, status: null, problem: error.message }));
      sent.end(body);
    });
  }
}
