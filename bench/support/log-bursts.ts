import { setTimeout as sleep } from 'node:timers/promises';

const lookMs = 50;

/** A burst that somebody receives. */
export interface BurstWatch {
  /** When its first line is printed: milliseconds since the epoch. */
  atMs: number;
  /** Bytes of all logs together. */
  bytes: number;
  withinMs: number;
  /** What has been received so far. */
  received: () => Promise<number>;
  /** May throw. */
  check: () => void;
}

/** The speed is taken when so much of a burst has come: the last buffers of a hundred logs are a matter of chance. */
const markShare = 0.95;

/** burstSpeed waits for a burst and gives the megabytes a second at which 95 percent of it came, from its first line's time on. */
export async function burstSpeed({ atMs, bytes, withinMs, received, check }: BurstWatch): Promise<number> {
  await sleep(Math.max(0, atMs - Date.now() - lookMs));
  const before = await received();
  for (const mark = bytes * markShare; Date.now() < atMs + withinMs; await sleep(lookMs)) {
    check();
    const came = (await received()) - before;
    if (came >= mark) return came / 1_000 / (Date.now() - atMs);
  }
  const came = (await received()) - before;
  throw new Error(`${came} bytes of ${bytes} came within ${withinMs / 1_000} s`);
}
