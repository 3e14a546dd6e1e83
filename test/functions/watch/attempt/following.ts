import { followAttempt } from '../../../../functions/watch/attempt/follow-attempt.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import { type AttemptRecord, attemptOf } from '../../../../shared/attempt-record.ts';
import type { Pod } from '../../../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import type { Outcome } from '../../../../shared/outcome.ts';
import { scopeSelector } from '../../../../shared/pod-labels.ts';
import { type PodLife, WatchWorld } from '../watch-world.ts';

/** An attempt that was launched, and a follower fed by the cluster's watch. */
export class Following {
  readonly world = new WatchWorld();
  readonly hard = new AbortController();
  readonly handover = new AbortController();
  readonly record: AttemptRecord;
  readonly pod: Pod;
  readonly updates: PodUpdates;

  constructor(launched: { world: WatchWorld; record: AttemptRecord; pod: Pod }) {
    this.world = launched.world;
    this.record = launched.record;
    this.pod = launched.pod;
    this.updates = new PodUpdates(launched.pod);
    void this.#feed();
  }

  static async launch(changes: Partial<AttemptRecord> = {}): Promise<Following> {
    const world = new WatchWorld();
    return new Following({ world, ...(await world.launch(changes)) });
  }

  start(): Promise<Outcome> {
    const stop = { signal: this.hard.signal, handover: this.handover.signal };
    const following = followAttempt(this.record, this.updates, this.world.deps(), stop);
    following.catch(() => undefined);
    return following;
  }

  /** Follows the Pod through its whole life. */
  async through(life: PodLife = {}): Promise<Outcome> {
    const following = this.start();
    void this.world.play(this.pod, life);
    return this.world.clock.runUntil(following);
  }

  get names() {
    return attemptObjects(attemptOf(this.record));
  }

  async #feed(): Promise<void> {
    const selector = scopeSelector(this.record.scope);
    try {
      for await (const change of this.world.cluster.watch('tasks', selector, '0', this.hard.signal)) {
        if (change.type === 'BOOKMARK' || change.pod.metadata.uid !== this.pod.metadata.uid) continue;
        if (change.type === 'DELETED') this.updates.markGone(change.pod);
        else this.updates.update(change.pod);
      }
    } catch {
      // The test is over.
    }
  }
}
