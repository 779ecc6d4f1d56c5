import { request } from 'node:http';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface HttpQuestion {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Asks a server of the local stack. Node's own fetch can neither resolve `*.localhost` nor send a Host header, so this
 * connects to 127.0.0.1 and names the host itself.
 */
export function ask(url: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: `${target.pathname}${target.search}`,
        method: question.method ?? 'GET',
        headers: { host: target.host, ...question.headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(question.body);
  });
}
