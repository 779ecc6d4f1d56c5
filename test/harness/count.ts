import type { ProxyRequest } from '../../dev/postgres/proxy.ts';
import { ask } from '../../dev/client/http.ts';
import { useStack } from './stack.ts';

/** The requests that reached the database while `work` ran. One batch is one request; at most 2,000 are told. */
export async function countRequests<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; requests: ProxyRequest[] }> {
  const { count } = await readTrace('');
  const result = await work();
  const { requests } = await readTrace(`?after=${count}`);
  return { result, requests };
}

async function readTrace(query: string): Promise<{ count: number; requests: ProxyRequest[] }> {
  const { status, text } = await ask(`${useStack().control}/trace${query}`);
  if (status !== 200) throw new Error(`the stack's control answered ${status}: ${text}`);
  return JSON.parse(text) as { count: number; requests: ProxyRequest[] };
}
