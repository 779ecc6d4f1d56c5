import { Agent, request } from 'node:http';

/** Keeps its connections, as Cloudflare keeps those to its own Workers. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One POST. @returns the status, and the body's text */
export function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; text: string }> {
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port: target.port, path: target.pathname, method: 'POST', agent },
        headers: { host: target.host, 'content-length': Buffer.byteLength(body), ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text })).on('error', reject);
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

/** Ends the connections that were kept. */
export const closeConnections = (): void => agent.destroy();
