/** Lets one wait until something is idle, whatever wakes it in between. */
export class Idle {
  readonly #isIdle: () => boolean;
  #wake: (() => void) | undefined;

  constructor(isIdle: () => boolean) {
    this.#isIdle = isIdle;
  }

  /** To be called whenever it may have become idle. */
  check(): void {
    if (this.#isIdle()) this.#wake?.();
  }

  /** Resolves when it is idle, or the signal fires. */
  async reached(signal: AbortSignal): Promise<void> {
    while (!this.#isIdle() && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      this.#wake = wake;
      signal.addEventListener('abort', wake);
      await promise;
      signal.removeEventListener('abort', wake);
    }
  }
}
