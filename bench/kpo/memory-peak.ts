import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, sharedOutMiB } from '../support/process-usage.ts';

const sampleMs = 250;

/** watchMemory samples the memory of processes and of their children, until the returned function is called; that gives the most that they had together. */
export function watchMemory(pids: readonly number[]): () => Promise<number> {
  const done = new AbortController();
  let peakMiB = 0;
  const sampling = (async () => {
    while (!done.signal.aborted) {
      const children = await Promise.all(pids.map(childrenOf));
      peakMiB = Math.max(peakMiB, await sharedOutMiB([...pids, ...children.flat()]));
      await sleep(sampleMs, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    done.abort();
    await sampling;
    return peakMiB;
  };
}
