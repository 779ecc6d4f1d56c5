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

/** One copy of one event on its way to the platform. `held` waits for `resume` or `reorder`; `dropped` is never sent. */
export interface Delivery extends Notice {
  id: string;
  state: 'held' | 'waiting' | 'delivered' | 'failed' | 'dropped';
  attempts: Attempt[];
  /** When the next try is due, in milliseconds since 1970. */
  dueAt: number;
  /** What is wrong with the first attempt; the next ones are right. */
  corrupt?: Corruption;
}

/** A signature of something else, or a body of which half is missing. */
export type Corruption = 'signature' | 'body';

/** Which new notices are lost: all that `fits`, or only the `next` so many of them. */
export interface Loss {
  fits: (type: string) => boolean;
  next: number;
}

const NO_LOSS: Loss = { fits: () => false, next: 0 };

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
const KEPT_FINISHED = 5_000;

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
  /** Ids of what is neither delivered nor given up. */
  readonly #open = new Set<string>();
  readonly #ended: string[];
  #copies = 1;
  #isPaused = false;
  #delayMs = 0;
  #loss = NO_LOSS;
  /** Ids of objects of which nobody is told. */
  readonly #muted = new Set<string>();
  #corruption: { how: Corruption; next: number } = { how: 'signature', next: 0 };

  /** @throws TypeError if the target is not a plain http address */
  constructor(options: CourierOptions) {
    if (new URL(options.target.url).protocol !== 'http:') {
      throw new TypeError('A stand-in delivers webhooks over plain http on this machine.');
    }
    this.#options = options;
    this.#shelf = openShelf<Delivery>(options.store, options.kind);
    const known = this.#shelf.list();
    const isOpen = ({ state }: Delivery): boolean => state === 'waiting' || state === 'held';
    this.#ended = known.filter((delivery) => !isOpen(delivery)).map(({ id }) => id);
    this.#prune();
    for (const delivery of known.filter(isOpen)) {
      this.#open.add(delivery.id);
      this.#release(delivery, 0);
    }
  }

  /** Stores a notice for delivery. Inside `store.commit` it becomes durable together with its cause. */
  send(notice: Notice): void {
    if (this.#isLost(notice)) {
      this.#end({ ...newDelivery(notice), state: 'dropped' });
      return;
    }
    for (let copy = 0; copy < this.#copies; copy += 1) this.#add(notice, this.#delayMs);
  }

  /** From now on every new notice is delivered `copies` times; 1 is normal. */
  duplicate(copies: number): void {
    this.#copies = copies;
  }

  /** From now on the first attempt of every new notice comes that much later; 0 is normal. */
  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  /** From now on notices are lost, until the loss is used up or replaced. They can still be redelivered. */
  lose(loss: Loss): void {
    this.#loss = loss;
  }

  /** From now on every new notice that mentions this id is lost, or no longer. */
  mute(id: string, isMuted: boolean): void {
    if (isMuted) this.#muted.add(id);
    else this.#muted.delete(id);
  }

  /** The next so many notices arrive corrupted at first. */
  corrupt(how: Corruption, next: number): void {
    this.#corruption = { how, next };
  }

  /** Makes at once every attempt that waits for its time. */
  hurry(): void {
    for (const id of [...this.#timers.keys()]) {
      const delivery = this.#shelf.get(id);
      if (delivery?.state === 'waiting') this.#release(delivery, 0);
    }
  }

  /** Ends every disturbance, and delivers what was held. */
  reset(): void {
    this.#copies = 1;
    this.#delayMs = 0;
    this.#loss = NO_LOSS;
    this.#muted.clear();
    this.#corruption = { how: 'signature', next: 0 };
    this.resume();
  }

  /** Holds whatever is not delivered yet, and what comes. */
  pause(): void {
    this.#isPaused = true;
    for (const delivery of this.#unfinished('waiting')) this.#shelf.put(delivery.id, { ...delivery, state: 'held' });
  }

  /** Delivers what was held, all at once. */
  resume(): void {
    this.#isPaused = false;
    for (const delivery of this.#unfinished('held')) this.#release(delivery, 0);
  }

  /** Delivers what was held newest first, each after the one before was answered, and resumes. */
  async reorder(): Promise<void> {
    this.#isPaused = false;
    for (const delivery of this.#unfinished('held').reverse()) {
      this.#shelf.put(delivery.id, { ...delivery, state: 'waiting' });
      await this.#run(delivery.id);
    }
  }

  /** Delivers an event again, whatever became of it before. False if it is not known. */
  redeliver(eventId: string): boolean {
    const [earlier] = this.#shelf.list(`${eventId} `);
    if (earlier !== undefined) this.#add(earlier, 0);
    return earlier !== undefined;
  }

  /** The deliveries that are remembered, oldest first: all, or those made after the one with that id. */
  deliveries(after?: string): Delivery[] {
    return after === undefined ? this.#shelf.list() : [...this.#shelf.walk('newer', after)];
  }

  /** How many deliveries are neither through nor given up, held ones included. */
  pending(): number {
    if (this.#isPaused) this.#unfinished('held');
    return this.#open.size;
  }

  /** Stops delivering. What is undelivered stays stored for the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#underway);
    this.#agent.destroy();
  }

  #unfinished(state: Delivery['state']): Delivery[] {
    return [...this.#open].flatMap((id) => {
      const delivery = this.#shelf.get(id);
      // What caused it was rolled back.
      if (delivery === undefined) this.#open.delete(id);
      return delivery?.state === state ? [delivery] : [];
    });
  }

  #isLost({ type, body }: Notice): boolean {
    if ([...this.#muted].some((id) => body.includes(id))) return true;
    if (this.#loss.next === 0 || !this.#loss.fits(type)) return false;
    this.#loss = { ...this.#loss, next: this.#loss.next - 1 };
    return true;
  }

  #add(notice: Notice, delayMs: number): void {
    const delivery = newDelivery(notice);
    if (this.#corruption.next > 0) {
      this.#corruption.next -= 1;
      delivery.corrupt = this.#corruption.how;
    }
    this.#open.add(delivery.id);
    if (this.#isPaused) this.#shelf.put(delivery.id, delivery);
    else this.#release(delivery, delayMs);
  }

  #end(delivery: Delivery): void {
    this.#shelf.put(delivery.id, delivery);
    this.#open.delete(delivery.id);
    this.#ended.push(delivery.id);
    this.#prune();
  }

  #prune(): void {
    while (this.#ended.length > KEPT_FINISHED) this.#shelf.remove(this.#ended.shift() ?? '');
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
    // What caused it may have been rolled back.
    if (delivery === undefined) this.#open.delete(id);
    if (delivery?.state !== 'waiting') return;
    const attempt = await this.#post(delivery.body, delivery.corrupt);
    // A stop in mid-flight proves nothing about the answer, so the next start delivers again.
    if (this.#stopped.signal.aborted && attempt.status === null) return;
    const { retryDelaysMs, isRetried } = this.#options;
    const tried = { ...delivery, attempts: [...delivery.attempts, attempt] };
    delete tried.corrupt;
    const isSuccess = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    const delayMs = retryDelaysMs[delivery.attempts.length];
    if (isSuccess) this.#end({ ...tried, state: 'delivered' });
    else if (delayMs === undefined || !isRetried(attempt.status)) this.#end({ ...tried, state: 'failed' });
    else if (this.#isPaused) this.#shelf.put(id, { ...tried, state: 'held' });
    else this.#release(tried, delayMs);
  }

  async #post(whole: string, corrupt: Corruption | undefined): Promise<Attempt> {
    const at = new Date().toISOString();
    const { url, host } = this.#options.target;
    const body = corrupt === 'body' ? whole.slice(0, whole.length / 2) : whole;
    const headers = {
      ...(await this.#options.sign(corrupt === 'signature' ? `${whole} ` : whole)),
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

function newDelivery({ eventId, type, body }: Notice): Delivery {
  return { id: `${eventId} ${randomUUID()}`, eventId, type, body, state: 'held', attempts: [], dueAt: Date.now() };
}
