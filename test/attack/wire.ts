import { connect } from 'node:net';

/**
 * A request as it goes over the wire. Nothing is added to it but its length: an attacker is bound neither by what a
 * client library finds proper nor by what it puts in.
 */
export interface WireRequest {
  method: string;
  /** The request line's target: a path, or a whole address. */
  target: string;
  /** In this order, as often as they stand here, `Host` included. */
  headers: readonly (readonly [name: string, value: string])[];
  body?: string | Uint8Array;
}

export interface WireAnswer {
  status: number;
  /** Lower-case names; the last of several with one name. */
  headers: Record<string, string>;
  cookies: string[];
  text: string;
}

const PATIENCE_MILLISECONDS = 20_000;

/** Sends a request to a port of this machine and reads the answer to its end. */
export function sendWire(port: number, request: WireRequest): Promise<WireAnswer> {
  const body = Buffer.from(request.body ?? '');
  const length: [string, string][] = request.body === undefined ? [] : [['Content-Length', String(body.length)]];
  const lines = [...request.headers, ...length, ['Connection', 'close']].map(([name, value]) => `${name}: ${value}`);
  const head = [`${request.method} ${request.target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      // Names and values go out byte for byte.
      socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
    });
    socket.setTimeout(PATIENCE_MILLISECONDS, () => socket.destroy(new Error(`no answer to ${request.target}`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that refuses early may close before it has read everything; its answer counts all the same.
      if ((error.code === 'EPIPE' || error.code === 'ECONNRESET') && chunks.length > 0) return;
      reject(error);
    });
    socket.on('close', () => {
      if (chunks.length > 0) resolve(readAnswer(Buffer.concat(chunks)));
      else reject(new Error(`the connection was closed without an answer to ${request.target}`));
    });
  });
}

function readAnswer(all: Buffer): WireAnswer {
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  const headers = Object.fromEntries(pairs);
  const rest = all.subarray(end + 4);
  return {
    status: Number(first.split(' ')[1]),
    headers,
    cookies: pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    text: (headers['transfer-encoding'] === 'chunked' ? joinChunks(rest) : rest).toString('utf8'),
  };
}

function joinChunks(rest: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
