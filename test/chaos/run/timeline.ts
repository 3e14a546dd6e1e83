import { setTimeout as sleep } from 'node:timers/promises';

/** Something that happens at a time of the run. */
export interface Happening {
  atMs: number;
  happen: () => Promise<void>;
}

/** followTimeline lets everything happen at its time, each without waiting for the one before; resolves when all is over. */
export async function followTimeline(happenings: readonly Happening[], beganMs: number): Promise<void> {
  const going: Promise<void>[] = [];
  for (const { atMs, happen } of happenings.toSorted((a, b) => a.atMs - b.atMs)) {
    await sleep(Math.max(0, beganMs + atMs - performance.now()));
    going.push(happen());
  }
  await Promise.all(going);
}

/** each calls something again and again, until the signal fires; the first time after one pause. */
export async function each(everyMs: number, signal: AbortSignal, call: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await call();
  }
}
