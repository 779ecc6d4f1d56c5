import { ask } from '../../dev/client/http.ts';
import { useStack } from '../harness/stack.ts';

/**
 * Fires one of the consumer's sweeps as its cron would. One that is cut fails and is not told of: the next minute's cron
 * comes anyway.
 */
export async function fireSweep(name: string): Promise<void> {
  await ask(`${useStack().control}/cron?name=${name}`, { method: 'POST' });
}
