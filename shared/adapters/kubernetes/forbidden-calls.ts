import { TaskpodError } from '../../errors.ts';
import type { Clock } from '../../time.ts';
import { type ApiFailure, failureError } from './api.ts';

/** A 403 that has been given for so long, with nothing allowed in between, is believed. */
const believedAfterMs = 10_000;
/** After so long without another one, the next counts as the first. */
const forgottenAfterMs = 300_000;

/**
 * Tells a 403 that will stay from that of an API server which has just begun and does not know its Roles yet
 * (docs/adr/0023). Kinds of calls are told apart, because a Role allows one and not the other.
 */
export class ForbiddenCalls {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #refused = new Map<string, { sinceMs: number; lastMs: number }>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** A call of this kind was allowed, whatever came of it. */
  allowed(kind: string): void {
    this.#refused.delete(kind);
  }

  /** The error of a call of this kind that has failed, as failureError makes it; a 403 is an outage for its first ten seconds. */
  errorOf(kind: string, failure: ApiFailure, what: string): TaskpodError {
    const error = failureError(failure, what);
    if (failure.status !== 403) {
      this.allowed(kind);
      return error;
    }
    if (this.#isBelieved(kind)) return error;
    return new TaskpodError('kubernetes_unavailable', error.message, {
      retryable: true,
      status: failure.status,
      ...(error.action === undefined ? {} : { action: error.action }),
    });
  }

  #isBelieved(kind: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#refused.get(kind);
    const isSame = before !== undefined && nowMs - before.lastMs < forgottenAfterMs;
    const sinceMs = isSame ? before.sinceMs : nowMs;
    this.#refused.set(kind, { sinceMs, lastMs: nowMs });
    return nowMs - sinceMs >= believedAfterMs;
  }
}
