import { createServer } from 'node:net';
import { StackError } from './process.ts';

/** A port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return listenBriefly(0);
}

/** True when something listens on this port of 127.0.0.1, or it may not be used. */
export async function portTaken(port: number): Promise<boolean> {
  return listenBriefly(port).then(
    () => false,
    () => true,
  );
}

/**
 * The port, if it is free.
 *
 * @throws StackError naming the port and what to do.
 */
export async function requirePort(port: number, purpose: string): Promise<number> {
  if (await portTaken(port)) {
    throw new StackError(`Port ${port} (${purpose}) is taken by another program: stop it, or choose another port.`);
  }
  return port;
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new TypeError('a TCP server has a port'));
        else resolve(address.port);
      });
    });
  });
}
