import { waitForEnd } from '../../../../functions/watch/attempt/wait-for-end.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import type { AttemptRecord } from '../../../../shared/attempt-record.ts';
import type { TaskpodError } from '../../../../shared/errors.ts';
import type { PodStatus } from '../../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../../shared/kubernetes/pod-event.ts';
import { makePod, makeRecord, running, scheduled } from '../../../fakes/make-pod.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

/** A wait for a Pod's end, and what came of it. */
export class Wait {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly updates: PodUpdates;
  /** How it ended, and at what second. */
  ended: string | undefined;
  /** What is told when somebody looks, and at what seconds that was. */
  events: PodEvent[] = [];
  readonly looks: number[] = [];
  /** Looking takes a minute. */
  isBusy = false;
  /** With what looking fails. */
  error: TaskpodError | undefined;
  readonly #start = this.clock.now();

  constructor(status: PodStatus = { phase: 'Pending' }, changes: Partial<AttemptRecord> = {}) {
    const record = makeRecord({ startup_timeout_seconds: 60, ...changes });
    this.updates = new PodUpdates(makePod(status));
    waitForEnd({
      record,
      updates: this.updates,
      ignored: ['istio-proxy'],
      look: async signal => {
        this.looks.push((this.clock.now() - this.#start) / 1_000);
        if (this.error) throw this.error;
        if (this.isBusy) await this.clock.sleep(60_000, signal);
        return this.events;
      },
      clock: this.clock,
      signal: this.stop.signal,
    }).then(
      cause => this.#end(cause),
      error => this.#end(error.code),
    );
  }

  /** The Pod's status changes after so many seconds. */
  async after(seconds: number, status?: PodStatus): Promise<void> {
    await this.clock.advance(seconds * 1_000);
    if (status) this.updates.update(makePod(status));
    await this.clock.settle();
  }

  #end(how: string): void {
    this.ended = `${how} at ${(this.clock.now() - this.#start) / 1_000}`;
  }
}

/** A Pod with a node. */
export const pending = { phase: 'Pending', conditions: [scheduled] };
/** A Pod whose container runs. */
export const active = { phase: 'Running', conditions: [scheduled], containerStatuses: [running()] };
