/**
 * Runs `work` for each item with at most `inFlight` at once.
 *
 * @returns the results in the items' order
 * @throws an error of `work`, after what was under way has ended; nothing new is begun after one
 */
export async function eachAtOnce<Item, Result>(
  inFlight: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [index, item] of waiting) {
      if (failed) return;
      results[index] = await work(item, index).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: inFlight }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return results;
}
