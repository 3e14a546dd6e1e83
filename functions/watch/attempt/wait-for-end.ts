import type { AttemptRecord } from '../../../shared/attempt-record.ts';
import type { EndCause } from '../../../shared/diagnosis/diagnose.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { PodEvent } from '../../../shared/kubernetes/pod-event.ts';
import type { Clock } from '../../../shared/time.ts';
import type { PodUpdates } from '../pod-updates.ts';
import { type Look, type Memory, nextStep } from './next-step.ts';

/** overtaken is the reason for which a wait ends that has lost against another one. */
export const overtaken = new TaskpodError('aborted', 'something else came first');

/** Milliseconds for which the Pod's events are waited for. */
const longestLookMs = 10_000;

/** What waiting for an end needs. */
export interface WaitOptions {
  record: AttemptRecord;
  updates: PodUpdates;
  /** Containers that are not waited for. */
  ignored: readonly string[];
  /** Reads the Pod's events as they are now; ends with the signal. */
  look: (signal: AbortSignal) => Promise<readonly PodEvent[]>;
  clock: Clock;
  signal: AbortSignal;
}

/** waitForEnd waits until an attempt is over, as {@link nextStep} decides; rejects when the signal fires. */
export async function waitForEnd(options: WaitOptions): Promise<EndCause> {
  const { record, updates, ignored, clock, signal } = options;
  let memory: Memory = {};
  let seen: Look | undefined;
  for (;;) {
    const { pod, gone } = updates;
    const step = nextStep({ record, pod, gone, ignored, look: seen, memory }, clock.now());
    memory = step.memory;
    if (step.kind === 'end') return step.cause;
    if (step.kind === 'wait') {
      await changeOrTime(updates, step.atMs, clock, signal);
    } else {
      const events = await lookBriefly(options);
      if (events !== undefined) seen = { events, atMs: clock.now() };
    }
  }
}

/**
 * A busy API server may take long over the events, and the Pod may end meanwhile: undefined when it has changed first. After some time
 * nothing is told, because deadlines have to be kept.
 */
async function lookBriefly(options: WaitOptions): Promise<readonly PodEvent[] | undefined> {
  const { updates, look, clock, signal } = options;
  const { pod } = updates;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const lookedEnough = changeOrTime(updates, clock.now() + longestLookMs, clock, either).then(() =>
    over.abort(overtaken),
  );
  try {
    return await look(either);
  } catch (error) {
    if (signal.aborted || !over.signal.aborted) throw error;
    return updates.pod === pod ? [] : undefined;
  } finally {
    over.abort(overtaken);
    await lookedEnough.catch(() => undefined);
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
