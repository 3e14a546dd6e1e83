import { setTimeout as sleep } from 'node:timers/promises';

/** What is waited for, and how long. */
export interface WaitOptions {
  /** Ends the sentence "Waited 30 s for ...". */
  what: string;
  withinMs: number;
  /** Told when the time is up, so that the message says what there was instead. */
  explain?: () => Promise<string> | string;
}

/** waitFor asks again and again until the probe gives something, and fails with an explanation when the time is up. */
export async function waitFor<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > end) {
      const explanation = (await options.explain?.()) ?? '';
      throw new Error(`Waited ${options.withinMs / 1_000} s for ${options.what}.\n${explanation}`);
    }
    await sleep(100);
  }
}
