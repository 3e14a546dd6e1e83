import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import type { EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { PodEvent } from '../../../shared/kubernetes/pod-event.ts';
import type { Clock } from '../../../shared/time.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { type Look, type Memory, nextStep } from './next-step.ts';

/** overtaken is the reason for which a wait ends that has lost against another one. */
export const overtaken = new TaskpodError('aborted', 'something else came first');

/** What waiting for an end needs. */
export interface WaitOptions {
  record: AttemptRecord;
  updates: PodUpdates;
  /** Containers that are not waited for. */
  ignored: readonly string[];
  /** Reads the Pod's events as they are now. */
  look: () => Promise<readonly PodEvent[]>;
  clock: Clock;
  signal: AbortSignal;
}

/** waitForEnd waits until an attempt is over, as {@link nextStep} decides; rejects when the signal fires. */
export async function waitForEnd(options: WaitOptions): Promise<EndCause> {
  const { record, updates, ignored, look, clock, signal } = options;
  let memory: Memory = {};
  let seen: Look | undefined;
  for (;;) {
    const { pod, gone } = updates;
    const step = nextStep({ record, pod, gone, ignored, look: seen, memory }, clock.now());
    memory = step.memory;
    if (step.kind === 'end') return step.cause;
    if (step.kind === 'look') seen = { events: await look(), atMs: clock.now() };
    else await changeOrTime(updates, step.atMs, clock, signal);
  }
}

/** changeOrTime waits for another version of the Pod, at the latest until a time (milliseconds since the epoch; Infinity: none). */
export async function changeOrTime(
  updates: PodUpdates,
  atMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const { pod } = updates;
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const waits = [updates.until(now => now !== pod, either)];
  if (Number.isFinite(atMs)) waits.push(clock.sleep(atMs - clock.now(), either));
  try {
    await Promise.race(waits);
  } finally {
    // A reason that is there costs nothing; without one, each change of a Pod makes an exception with its stack.
    done.abort(overtaken);
    await Promise.allSettled(waits);
  }
}
