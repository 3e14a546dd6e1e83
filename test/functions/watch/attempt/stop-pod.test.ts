import { describe, expect, test } from 'vitest';
import { runTurn } from '../../../../functions/watch/turn.ts';
import { type AttemptRecord, attemptOf } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { ContainerStatus, Pod } from '../../../../shared/kubernetes/pod.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { running, scheduled, terminated } from '../../../fakes/make-pod.ts';
import { scope, Turns } from '../turns.ts';

const { signal } = new AbortController();

/** An attempt that runs from 5 s on, and may run for 30 s; what becomes of it is shown by the Turns. */
class Overdue extends Turns {
  record!: AttemptRecord;
  pod!: Pod;

  static async launch(changes: Partial<AttemptRecord> = {}): Promise<Overdue> {
    const overdue = new Overdue();
    overdue.world.cluster.graceSeconds = 30;
    const limits = { execution_timeout_seconds: 30, ...changes };
    Object.assign(overdue, await overdue.world.launch(limits));
    overdue.status('Running', running());
    overdue.world.cluster.log('t1-r1').write('began');
    return overdue;
  }

  status(phase: string, main: ContainerStatus): void {
    this.world.cluster.setStatus('t1-r1', {
      phase,
      conditions: [scheduled],
      containerStatuses: [main],
    });
  }

  /** The container says good-bye, ends, and its Pod goes a moment later. */
  async sayBye(exitCode: number): Promise<void> {
    const { cluster, clock } = this.world;
    cluster.log('t1-r1').write('bye');
    cluster.log('t1-r1').end();
    this.status('Running', terminated(exitCode));
    await clock.sleep(1_000, signal);
    cluster.drop('t1-r1');
  }

  get names() {
    return attemptObjects(attemptOf(this.record));
  }

  get outcome(): unknown {
    return this.world.json(this.names.outcome);
  }

  get log(): string[] {
    return (this.world.store.text(this.names.log('base')) ?? '').match(/(?<= ).*$/gm) ?? [];
  }

  get removals(): string[] {
    return this.world.cluster.calls.filter(call => call.startsWith('remove'));
  }
}

const timedOut = { state: 'failed', reason: 'execution_timeout', class: 'user' };

describe('a Pod that runs beyond a deadline', () => {
  test.each([143, 0, 1])('is told to end, and its log is kept to the end; exit code %i', async exitCode => {
    const overdue = await Overdue.launch();
    const { world } = overdue;
    const turn = overdue.start();
    await world.clock.advance(36_000);
    expect([overdue.removals, overdue.outcome]).toEqual([['remove tasks/t1-r1'], undefined]);
    await world.clock.advance(4_000);
    void overdue.sayBye(exitCode);
    await world.clock.runUntil(turn);
    expect(overdue.outcome).toMatchObject({
      ...timedOut,
      exit_code: exitCode,
      summary: 'The task ran longer than execution_timeout_seconds (30s).',
      last_lines: { container: 'base', lines: ['began', 'bye'] },
      pod_final: overdue.names.podFinal,
    });
    expect(overdue.log).toEqual(['began', 'bye']);
    expect(world.json(overdue.names.podFinal)).toMatchObject({ complete: true });
    expect([world.events(), world.markers()]).toEqual([['r1 running', 'r1 failed'], []]);
  });

  test('by the total deadline too', async () => {
    const changes = { total_timeout_seconds: 20, total_deadline_at: '2026-11-23T10:00:20.000Z' };
    const overdue = await Overdue.launch(changes);
    const turn = overdue.start();
    await overdue.world.clock.advance(21_000);
    void overdue.sayBye(143);
    await overdue.world.clock.runUntil(turn);
    expect(overdue.outcome).toMatchObject({ reason: 'total_timeout', exit_code: 143, detail: '' });
    expect(overdue.log).toEqual(['began', 'bye']);
  });

  test('is explained by the next Turn, when the one that told it to end has died', async () => {
    const overdue = await Overdue.launch();
    const { world } = overdue;
    const dying = overdue.start();
    await world.clock.advance(36_000);
    overdue.shutdown.abort();
    await world.clock.runUntil(dying);
    await world.clock.runUntil(overdue.sayBye(0));
    await world.clock.advance(60_000);
    await world.clock.runUntil(
      runTurn({ scope, messageId: 'm2' }, world.deps(), new AbortController().signal),
    );
    // The Pod is gone, and its last lines with it.
    expect(overdue.outcome).toMatchObject({ ...timedOut, exit_code: null });
    expect(overdue.log[0]).toBe('began');
  });

  test('whose node does not answer is given up, 20 s after it should have been killed', async () => {
    const overdue = await Overdue.launch();
    const { world } = overdue;
    const turn = overdue.start();
    await world.clock.advance(84_000);
    expect(overdue.outcome).toBeUndefined();
    const before = world.clock.now();
    await world.clock.runUntil(turn);
    expect(overdue.outcome).toMatchObject({ ...timedOut, exit_code: null });
    expect(world.clock.now() - before).toBeLessThan(15_000);
    expect(overdue.log).toEqual(['began']);
  });

  test('stays when on_kill_action says so, and its run ends at once', async () => {
    const overdue = await Overdue.launch({ on_kill_action: 'keep_pod', on_finish_action: 'keep_pod' });
    const turn = overdue.start();
    await overdue.world.clock.runUntil(turn);
    expect([overdue.outcome, overdue.removals]).toMatchObject([timedOut, []]);
    expect(overdue.world.store.text(overdue.names.stop)).toBeUndefined();
  });

  test('that we may not delete goes on, and its run ends at once', async () => {
    const overdue = await Overdue.launch();
    const { world } = overdue;
    const refused = new TaskpodError('kubernetes_refused', 'no', { status: 403 });
    world.cluster.fault = call => {
      if (call.startsWith('remove')) throw refused;
    };
    void overdue.start();
    await world.clock.advance(40_000);
    expect(overdue.outcome).toMatchObject(timedOut);
    overdue.shutdown.abort();
    await world.clock.settle();
  });

  test('is cancelled when somebody cancels it while it ends', async () => {
    const overdue = await Overdue.launch();
    const turn = overdue.start();
    await overdue.world.clock.advance(36_000);
    await overdue.world.store.create(overdue.names.cancel, '{}', { signal });
    void overdue.sayBye(143);
    await overdue.world.clock.runUntil(turn);
    expect(overdue.outcome).toMatchObject({ state: 'cancelled', reason: 'cancelled', exit_code: 143 });
  });
});

test('a Pod that waits is not told to end, but given up', async () => {
  const turns = new Turns();
  const total = { total_timeout_seconds: 20, total_deadline_at: '2026-11-23T10:00:20.000Z' };
  const { record } = await turns.world.launch(total);
  await turns.run();
  const names = attemptObjects(attemptOf(record));
  expect(turns.world.json(names.outcome)).toMatchObject({ reason: 'total_timeout', started_at: null });
  expect(turns.world.store.text(names.stop)).toBeUndefined();
});

test('a Pod that somebody deletes just before a deadline was deleted by somebody', async () => {
  const overdue = await Overdue.launch();
  const turn = overdue.start();
  await overdue.world.clock.advance(30_000);
  overdue.world.cluster.terminate('t1-r1', 30);
  await overdue.world.clock.advance(10_000);
  void overdue.sayBye(143);
  await overdue.world.clock.runUntil(turn);
  expect(overdue.outcome).toMatchObject({ reason: 'pod_deleted', exit_code: 143 });
  expect(overdue.log).toEqual(['began', 'bye']);
});
