import { healMarkers } from '../../../functions/watch/heal.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker, openPrefix } from '../../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../../shared/outcome.ts';
import type { PlannedRetry } from '../../../shared/retries.ts';
import { formatRun, type RunKey } from '../../../shared/run.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { WatchWorld } from './watch-world.ts';

/** In milliseconds. */
export const minute = 60_000;

/** The attempt that is healed. */
export const record = makeRecord();
export const names = attemptObjects(attemptOf(record));
export const marker = openMarker(record.scope, attemptOf(record));

/** A world with markers, and a pass of healing over them. */
export class Healing {
  readonly world = new WatchWorld();
  readonly stop = new AbortController();
  /** Uids of Pods that are followed without a watch. */
  readonly unlabelled: string[] = [];
  /** Retries that the Turn waits for. */
  readonly waiting: string[] = [];

  /** Ages what is there, and heals. */
  async heal(ageMs = minute, followed: readonly string[] = []): Promise<void> {
    const { clock, store } = this.world;
    await clock.advance(ageMs);
    const deps = this.world.deps();
    const markers = await Array.fromAsync(store.list(openPrefix(record.scope), { signal: this.stop.signal }));
    const retries = {
      add: (run: RunKey, { try_number, at }: PlannedRetry) =>
        void this.waiting.push(`${formatRun(run)} ${try_number} ${at}`),
    };
    const context = {
      isFollowed: (name: string) => followed.includes(name),
      followUnlabelled: (pod: Pod) => void this.unlabelled.push(pod.metadata.uid),
      retries,
    };
    const done = healMarkers(markers, context, deps, this.stop.signal);
    await clock.runUntil(done);
  }

  async write(name: string, body: string): Promise<void> {
    await this.world.store.create(name, body, { signal: this.stop.signal });
  }

  /** The sight of a Pod by an earlier Turn. */
  async sight(): Promise<void> {
    await this.write(names.pod, '{"version":1,"uid":"r1"}\n');
  }

  async outcome(changes: Partial<Outcome> = {}): Promise<Outcome> {
    const outcome = makeOutcome(record, changes);
    await this.write(names.outcome, writeOutcome(outcome));
    return outcome;
  }

  get published(): unknown[] {
    return this.world.publisher.on('projects/p/topics/tasks');
  }

  get healed(): string[] {
    return this.world.records.map(({ message }) => message);
  }
}

/** An outcome of an attempt that went well, but for these changes. */
export function makeOutcome(of: AttemptRecord, changes: Partial<Outcome>): Outcome {
  const { dag_id, run_id, task_id, try_number } = of;
  return {
    ...{ version: 1, dag_id, run_id, task_id, try_number, state: 'success', reason: 'completed' },
    ...{ class: 'none', exit_code: 0, summary: 'The task succeeded.', detail: '', action: '' },
    ...{ queued_at: null, scheduled_at: null, started_at: null, ended_at: '2026-11-23T10:00:09Z' },
    ...{ pod: null, containers: [], xcom: null, events: [] },
    ...changes,
  };
}
