import { randomUUID } from 'node:crypto';
import { privateKeyToAccount } from 'viem/accounts';
import type { Me } from '../../worker/me/shape.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import type { Nonce } from '../../worker/auth/shape.ts';
import { ask, type HttpAnswer } from './http.ts';

/** An answer of the API with its body read as JSON. */
export interface ApiAnswer<Body> {
  status: number;
  headers: HttpAnswer['headers'];
  body: Body;
}

/** A refusal's body. */
export interface ApiProblem {
  code: string;
  detail: string;
  request_id: string;
}

let addresses = 0;

/** Somebody with a browser on one site: a cookie jar, a client address of their own, and perhaps a wallet. */
export class ApiVisitor {
  readonly origin: string;
  readonly #cookies = new Map<string, string>();
  readonly #clientAddress: string;

  /**
   * @param origin the site's, e.g. `http://na.localhost:8787`
   * @param known a session that is there already, and a client address; one that nobody else has by default
   */
  constructor(origin: string, known: { session?: string; address?: string } = {}) {
    this.origin = origin;
    addresses += 1;
    const own = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
    this.#clientAddress = known.address ?? own;
    if (known.session !== undefined) this.#cookies.set(SESSION_COOKIE, known.session);
  }

  /** The jar as a Cookie header. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get<Body>(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer<Body>> {
    return this.send<Body>('GET', path, undefined, headers);
  }

  post<Body>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer<Body>> {
    return this.send<Body>('POST', path, body, { origin: this.origin, ...headers });
  }

  /** Sends a request below `/api/v1` and keeps the cookies it answers with. */
  async send<Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<ApiAnswer<Body>> {
    const answer = await ask(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        'cf-connecting-ip': this.#clientAddress,
        ...(this.#cookies.size === 0 ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.#keep(answer.headers['set-cookie']);
    const json = /json/.test(String(answer.headers['content-type']))
      ? (JSON.parse(answer.text) as Body)
      : (answer.text as Body);
    return { status: answer.status, headers: answer.headers, body: json };
  }

  /** Signs in as the holder of a key, as a wallet in a browser does. @throws Error when it is refused */
  async signIn(privateKey: string): Promise<Me> {
    const account = privateKeyToAccount(privateKey as `0x${string}`);
    const nonce = await this.post<Nonce>('/auth/nonce', { address: account.address });
    if (nonce.status !== 200) throw new Error(`/auth/nonce answered ${nonce.status}: ${JSON.stringify(nonce.body)}`);
    const { message } = nonce.body;
    const signature = await account.signMessage({ message });
    const answer = await this.post<Me>('/auth/wallet', { message, signature });
    if (answer.status !== 200)
      throw new Error(`/auth/wallet answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Places an order under a fresh Idempotency-Key. */
  order<Body>(body: unknown, key: string = randomUUID()): Promise<ApiAnswer<Body>> {
    return this.post<Body>('/orders', body, { 'idempotency-key': key });
  }

  #keep(header: string | string[] | undefined): void {
    for (const line of [header ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(at + 1));
    }
  }
}
