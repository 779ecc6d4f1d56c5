import { type Fault, Refusal } from './refusal.ts';

interface Options {
  body?: unknown;
  /** Idempotency key: the same for every try of one intent. */
  key?: string;
  signal?: AbortSignal;
}

let ended: () => void = () => undefined;

/** Has `listener` told when the API does not know this browser's session any more, whatever was asked. */
export function onSessionEnd(listener: () => void): void {
  ended = listener;
}

/** The problem document of a refused answer; a stand-in for it when something else came back, as from a proxy. */
async function readFault(response: Response): Promise<Fault> {
  const requestId = response.headers.get('x-request-id') ?? '';
  const fallback = { code: 'internal', detail: '', status: response.status, request_id: requestId };
  if (!response.headers.get('content-type')?.includes('json')) return fallback;
  return { ...fallback, ...((await response.json()) as Partial<Fault>) };
}

/**
 * Sends one request to this site's own API and answers with the parsed body, null when there is none.
 * Throws Refusal for every other outcome; an abort stays an AbortError, since nobody waits for it any more.
 */
export async function send(method: 'GET' | 'POST' | 'DELETE', path: string, options: Options = {}): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json' });
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  if (options.key !== undefined) headers.set('idempotency-key', options.key);
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refusal({ code: 'network.unreachable', detail: '', status: 0, request_id: '' });
  }
  if (!response.ok) {
    const fault = await readFault(response);
    if (fault.code === 'auth.required') ended();
    throw new Refusal(fault);
  }
  return response.status === 204 ? null : response.json();
}
