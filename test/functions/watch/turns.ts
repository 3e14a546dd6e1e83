import { expect } from 'vitest';
import type { WatchDeps } from '../../../functions/watch/deps.ts';
import { runTurn, type TurnEnd } from '../../../functions/watch/turn.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { WatchWorld } from './watch-world.ts';

/** The scope of all records that tests make. */
export const { scope } = makeRecord();

/** A world, and Turns of its scope. */
export class Turns {
  readonly world = new WatchWorld();
  readonly shutdown = new AbortController();

  /** Starts a Turn; who does not await it hears nothing of its failure. */
  start(messageId = 'm1', deps: WatchDeps = this.world.deps()): Promise<TurnEnd> {
    const turn = runTurn({ scope, messageId }, deps, this.shutdown.signal);
    turn.catch(() => undefined);
    return turn;
  }

  /** Runs a Turn to its end. */
  run(messageId = 'm1'): Promise<TurnEnd> {
    return this.world.clock.runUntil(this.start(messageId));
  }

  /** What was published on the watch topic. */
  get tickets(): unknown[] {
    return this.world.publisher.on('projects/p/topics/watch');
  }

  /** Nothing of a Turn goes on. */
  expectQuiet(): void {
    expect([this.world.clock.sleeping, this.world.cluster.watches]).toEqual([0, 0]);
  }
}
