import { StackError } from './process.ts';

/**
 * Lets only a server on this machine through: what `command` would write there is the demo, whose people's keys
 * everybody knows. A name without a dot is one of this machine's containers.
 *
 * @throws StackError when the connection string names a server somewhere else, or is none.
 */
export function requireLocalServer(url: string, command: string): void {
  const host = URL.canParse(url) ? new URL(url).hostname : undefined;
  if (host === undefined) throw new StackError('DATABASE_URL is not a connection string.');
  if (!host.includes('.') || host.startsWith('127.') || host === '[::1]' || host.endsWith('.localhost')) return;
  throw new StackError(`${command} is for a database on this machine, and DATABASE_URL names ${host}: unset it.`);
}
