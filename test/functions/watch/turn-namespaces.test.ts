import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../shared/errors.ts';
import { Turns } from './turns.ts';

const refused = new TaskpodError('kubernetes_refused', 'listing Pods in other: no', {
  status: 403,
  action: 'Grant it.',
});

/** A Turn over three namespaces. */
class Namespaces extends Turns {
  readonly deps = this.world.deps({ namespaces: ['tasks', 'other', 'third'] });

  /** Lets the API server refuse calls. */
  refuse(pattern: RegExp): void {
    this.world.cluster.fault = call => {
      if (pattern.test(call)) throw refused;
    };
  }
}

describe('a namespace that refuses us', () => {
  test.each([/^list other$/, /^watch other /])(
    '(%s) does not keep the others from being watched',
    async pattern => {
      const turns = new Namespaces();
      const { world } = turns;
      const { pod } = await world.launch();
      turns.refuse(pattern);
      void world.play(pod);
      expect(await world.clock.runUntil(turns.start('m1', turns.deps))).toEqual({
        kind: 'done',
        outcomes: 1,
      });
      expect(world.records.filter(({ severity }) => severity === 'ERROR')).toEqual([
        {
          severity: 'ERROR',
          message: 'a namespace may not be watched',
          namespace: 'other',
          error: 'listing Pods in other: no (kubernetes_refused)',
          action: 'Grant it.',
        },
      ]);
      expect([world.markers(), world.cluster.names()]).toEqual([[], []]);
      expect(world.cluster.calls.filter(call => call.startsWith('watch other')).length).toBeLessThan(2);
      expect(world.cluster.watches).toBe(0);
    },
  );

  test('in the middle of a Turn does not end it', async () => {
    const turns = new Namespaces();
    const { world } = turns;
    const { pod } = await world.launch();
    const turn = turns.start('m1', turns.deps);
    await world.clock.advance(500);
    turns.refuse(/^list other$/);
    void world.play(pod);
    expect(await world.clock.runUntil(turn)).toEqual({ kind: 'done', outcomes: 1 });
    expect(world.records.filter(({ severity }) => severity === 'ERROR')).toMatchObject([
      { message: 'a namespace may not be watched', namespace: 'other' },
    ]);
    expect(world.cluster.watches).toBe(0);
  });

  test('leaves what is in it to a later Turn', async () => {
    const turns = new Namespaces();
    const { world } = turns;
    const { pod } = await world.launch();
    await world.clock.runUntil(world.play(pod));
    turns.refuse(/ tasks\b/);
    expect(await world.clock.runUntil(turns.start('m1', turns.deps))).toEqual({ kind: 'done', outcomes: 0 });
    await world.clock.advance(60_000);
    expect(await world.clock.runUntil(turns.start('m2', turns.deps))).toEqual({ kind: 'done', outcomes: 0 });
    expect([world.markers().length, world.cluster.names()]).toEqual([1, ['t1-r1']]);
    world.cluster.fault = undefined;
    expect(await world.clock.runUntil(turns.start('m3', turns.deps))).toEqual({ kind: 'done', outcomes: 1 });
    expect([world.events(), world.markers()]).toEqual([['r1 running', 'r1 success'], []]);
  });

  test('ends the Turn when all of them do', async () => {
    const turns = new Namespaces();
    turns.refuse(/^list/);
    await expect(turns.world.clock.runUntil(turns.start('m1', turns.deps))).rejects.toBe(refused);
    expect(turns.world.records.map(({ namespace }) => namespace)).toEqual(['tasks', 'other']);
    turns.expectQuiet();
  });
});

test('an API server that does not come back is told once for each namespace, with what to do', async () => {
  const turns = new Namespaces();
  const { world, shutdown } = turns;
  const away = new TaskpodError('kubernetes_unavailable', 'the connection failed', {
    retryable: true,
    action: 'See whether the cluster runs.',
  });
  world.cluster.fault = call => {
    if (call.startsWith('list')) throw away;
  };
  const turn = turns.start('m1', turns.deps);
  await world.clock.advance(60_000);
  shutdown.abort();
  expect(await world.clock.runUntil(turn)).toEqual({ kind: 'handed_over', outcomes: 0 });
  expect(world.records).toEqual(
    ['tasks', 'other', 'third'].map(namespace => ({
      severity: 'WARNING',
      message: 'the Pods of a namespace cannot be watched now',
      namespace,
      error: 'the connection failed (kubernetes_unavailable)',
      action: 'See whether the cluster runs.',
    })),
  );
  turns.expectQuiet();
});

test('a cluster that is no more ends the Turn, and says so', async () => {
  const turns = new Namespaces();
  const gone = new TaskpodError('cluster_unavailable', 'GKE answered 404', { action: 'Correct it.' });
  turns.world.cluster.fault = call => {
    if (call.startsWith('watch')) throw gone;
  };
  await expect(turns.world.clock.runUntil(turns.start('m1', turns.deps))).rejects.toBe(gone);
  turns.expectQuiet();
});
