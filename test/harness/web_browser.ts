import { ask, type HttpAnswer } from '../../dev/client/http.ts';
import type { ApiAnswer } from '../../dev/client/visitor.ts';

/** Where a browser is. */
export interface Page {
  url: URL;
  status: number;
  html: string;
  /** Every address that was asked for on the way here, the first one too. */
  way: URL[];
  /** Where the last answer led, when it was not followed. */
  next: URL | undefined;
}

interface Visit {
  form?: Record<string, string>;
  /** Says at which redirect to stop. */
  stopAt?: (next: URL) => boolean;
}

let browsers = 0;

/** A browser that follows redirects over all hosts of the stack, and keeps each host's cookies to that host. */
export class WebBrowser {
  readonly #jar = new Map<string, Map<string, string>>();
  readonly #address: string;

  constructor() {
    browsers += 1;
    this.#address = `10.200.${(browsers >> 8) & 255}.${browsers & 255}`;
  }

  /** Opens a page, or sends a form to it, and goes where that leads. */
  async open(address: string | URL, { form, stopAt }: Visit = {}): Promise<Page> {
    let url = new URL(address);
    let body = form === undefined ? undefined : new URLSearchParams(form).toString();
    const way: URL[] = [];
    for (;;) {
      way.push(url);
      if (way.length > 20) throw new Error(`redirected in circles: ${way.map(({ pathname }) => pathname).join(' ')}`);
      const answer = await this.#send(url, body);
      const location = answer.headers['location'];
      const next = typeof location === 'string' ? new URL(location, url) : undefined;
      if (next === undefined || stopAt?.(next) === true) {
        return { url, status: answer.status, html: answer.text, way, next };
      }
      url = next;
      body = undefined;
    }
  }

  /** Asks the API of a host with the cookies of that host, as a script of its page does. */
  async api<Body>(origin: string, method: string, path: string, body?: unknown): Promise<ApiAnswer<Body>> {
    const url = new URL(`/api/v1${path}`, origin);
    const answer = await ask(url.href, {
      method,
      headers: {
        ...this.#headers(url),
        ...(method === 'GET' ? {} : { origin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#keep(url, answer);
    const json = /json/.test(String(answer.headers['content-type']));
    return { status: answer.status, headers: answer.headers, body: (json ? JSON.parse(answer.text) : null) as Body };
  }

  /** The value of a cookie of a host. */
  cookie(origin: string, name: string): string | undefined {
    return this.#jar.get(new URL(origin).host)?.get(name);
  }

  /** Puts a cookie into the jar, or takes it away. */
  setCookie(origin: string, name: string, value: string | undefined): void {
    const { host } = new URL(origin);
    const cookies = this.#jar.get(host) ?? new Map<string, string>();
    this.#jar.set(host, cookies);
    if (value === undefined) cookies.delete(name);
    else cookies.set(name, value);
  }

  async #send(url: URL, form: string | undefined): Promise<HttpAnswer> {
    const answer = await ask(url.href, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        ...this.#headers(url),
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: form }),
    });
    this.#keep(url, answer);
    return answer;
  }

  #headers({ host }: URL): Record<string, string> {
    const cookies = [...(this.#jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`);
    return {
      'cf-connecting-ip': this.#address,
      ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
    };
  }

  /** Paths are left out: whoever reads a cookie by its name finds the one cookie of that name. */
  #keep(url: URL, { headers }: HttpAnswer): void {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      const isOver = value === '' || attributes.some((each) => /^\s*max-age=0$/i.test(each));
      this.setCookie(url.origin, pair.slice(0, at).trim(), isOver ? undefined : value);
    }
  }
}
