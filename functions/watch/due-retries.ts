import { writeControlMessage } from '../../shared/control-message.ts';
import { errorMessage } from '../../shared/errors.ts';
import { attemptPrefix } from '../../shared/object-names.ts';
import type { PlannedRetry } from '../../shared/retries.ts';
import { formatRun, type RunKey } from '../../shared/run.ts';
import type { WatchDeps } from './deps.ts';

/** What a waiting retry needs from outside. */
export type RetryDeps = Pick<WatchDeps, 'clock' | 'publisher' | 'log'> & {
  settings: Pick<WatchDeps['settings'], 'tasksTopic'>;
};

/**
 * publishRetry asks launch for the next attempt of a run: watch may not create Pods. A message that comes twice starts nothing
 * more.
 */
export async function publishRetry(
  run: RunKey,
  tryNumber: number,
  deps: Pick<RetryDeps, 'publisher' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  const data = writeControlMessage({ kind: 'retry', run, tryNumber });
  await deps.publisher.publish(deps.settings.tasksTopic, [{ data }], signal);
}

/** The retries whose time comes within a Turn: each is published when it is due. Those that come later are the sweep's. */
export class DueRetries {
  readonly #deps: RetryDeps;
  readonly #untilMs: number;
  readonly #signal: AbortSignal;
  /** By the folder of the attempt to come. */
  readonly #waiting = new Map<string, Promise<void>>();

  /** `untilMs`: when the Turn ends, in milliseconds since the epoch. `signal` ends all waiting. */
  constructor(deps: RetryDeps, untilMs: number, signal: AbortSignal) {
    this.#deps = deps;
    this.#untilMs = untilMs;
    this.#signal = signal;
  }

  /** Whether there is a retry to wait for. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Waits for a retry, if its time comes within the Turn; one that is waited for already changes nothing. */
  add(run: RunKey, retry: PlannedRetry): void {
    const atMs = Date.parse(retry.at);
    const key = attemptPrefix({ ...run, tryNumber: retry.try_number });
    if (this.#waiting.has(key) || atMs > this.#untilMs) return;
    const waiting = this.#publishAt(run, retry.try_number, atMs).finally(() => this.#waiting.delete(key));
    this.#waiting.set(key, waiting);
  }

  /** Resolves when every retry that is waited for now is published, or the signal has fired. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting.values());
  }

  /** Never rejects: what is not published now is published by the next sweep. */
  async #publishAt(run: RunKey, tryNumber: number, atMs: number): Promise<void> {
    const { clock, log } = this.#deps;
    try {
      await clock.sleep(Math.max(0, atMs - clock.now()), this.#signal);
      await publishRetry(run, tryNumber, this.#deps, this.#signal);
      log('INFO', 'a retry is due', { run: formatRun(run), try_number: tryNumber });
    } catch (error) {
      if (this.#signal.aborted) return;
      log('WARNING', 'a retry could not be published; the next sweep does it', {
        run: formatRun(run),
        try_number: tryNumber,
        error: errorMessage(error),
      });
    }
  }
}
