/**
 * inParallel does work for every item, at most `width` of it at a time, and gives the results in the items' order. Rejects with the
 * first failure, and then begins nothing more.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const waiting = items.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (hasFailed) return;
      results.set(index, await work(item));
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await worker();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, guarded));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
