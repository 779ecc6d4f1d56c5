import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request being answered. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  url: URL;
}

/** Answers an exchange that is its own and says true, or leaves it to the next one. */
export type Handler = (exchange: Exchange) => Promise<boolean>;

const MAX_BODY_BYTES = 100_000;

/**
 * Reads a request's body as text.
 *
 * @throws RangeError when it is too large
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RangeError('The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The fields of a JSON body; none for anything that is no JSON object. */
export async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readBody(request);
  try {
    const parsed: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Answers with JSON. */
export function sendJson({ response }: Exchange, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
  return true;
}

/** Answers with a page. */
export function sendPage({ response }: Exchange, status: number, headers: Record<string, string>, html: string): true {
  response.writeHead(status, headers).end(html);
  return true;
}
