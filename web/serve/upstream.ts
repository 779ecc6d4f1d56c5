/** A service binding, or the assets of the deployment. */
export interface Upstream {
  fetch(request: Request): Promise<Response>;
}

/** The answer of the API: its status, and the parsed body when that is 200. */
export interface Answer {
  status: number;
  body: unknown;
}

const PATIENCE_MS = 10_000;

/** What of the visitor's request the API needs to see. Nothing else is passed on. */
const KEPT = ['cookie', 'accept-language', 'cf-connecting-ip', 'cf-ipcountry', 'user-agent'];

/**
 * Reads `path` of the API for the page being rendered, under the visitor's own host, so that the API finds the same
 * site. Answers 503 when the API cannot be reached.
 */
export async function readUpstream(api: Upstream, visitor: Request, path: string): Promise<Answer> {
  const headers = new Headers({ accept: 'application/json' });
  for (const name of KEPT) {
    const value = visitor.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  try {
    const request = new Request(new URL(path, visitor.url), { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    const response = await api.fetch(request);
    return { status: response.status, body: response.status === 200 ? await response.json() : null };
  } catch (error) {
    console.error('the API did not answer', path, error instanceof Error ? error.name : 'unknown');
    return { status: 503, body: null };
  }
}
