import { describe, expect, test } from 'vitest';
import { checkTask } from '../../../shared/task/check-task.ts';
import { Launcher } from '../../functions/launch/launcher.ts';
import { rejectedTask } from './bare-tasks.ts';
import { makeChoices } from './choices.ts';
import { expectedEnd, expectedLog, expectedResult, expectedTries, podStays } from './expected.ts';
import { type ChaosTask, planTasks } from './plan-tasks.ts';
import { type RealKind, realKinds, realTask } from './real-tasks.ts';
import { strayMessage } from './strays.ts';

const key = { dagId: 'chaos', runId: 'r', taskId: 't' };
const seeds = Array.from({ length: 30 }, (_, index) => index);

describe('a plan', () => {
  const plan = planTasks(7, 1_000);
  const { tasks } = plan;
  const nameOf = ({ taskId }: ChaosTask): string => taskId;

  test('is the same for the same seed, and another for another', () => {
    expect(planTasks(7, 1_000)).toEqual(plan);
    expect(planTasks(8, 1_000).tasks.map(nameOf)).not.toEqual(tasks.map(nameOf));
  });

  test('has the share of real tasks that was asked for, of every kind', () => {
    const real = (share: number) =>
      planTasks(1, 214, { realShare: share }).tasks.filter(t => t.node === 'real' && !t.fate).length;
    expect([0, 0.15, 0.5, 1].map(real)).toEqual([0, 30, 100, 200]);
    const kinds = new Set(tasks.filter(t => t.node === 'real' && !t.fate).map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual([...new Set(realKinds)].toSorted());
  });

  test.each([75, 1_000])('of %i messages has each kind that does not end by its own work', count => {
    const { tasks, strays } = planTasks(1, count);
    expect(tasks.length + strays.length).toBe(count);
    const fated = [
      'rejected',
      'fake-cancelled',
      'cancelled',
      'cancelled-again',
      'no-node',
      'no-start',
      'too-long',
    ];
    const found = fated.map(kind => tasks.filter(task => task.kind === kind).length);
    const least = count === 75 ? 1 : 6;
    expect([strays.length, ...found].filter(number => number < least)).toEqual([]);
    expect(strays.length + tasks.filter(({ fate }) => fate).length).toBe(count === 75 ? 8 : 70);
  });

  test('has no task with containers where none is wanted', () => {
    expect(planTasks(1, 1_000, { realShare: 0 }).tasks.filter(({ node }) => node === 'real')).toEqual([]);
  });

  test('names every run once', () => {
    expect(new Set(tasks.map(nameOf)).size).toBe(990);
    for (const { dagId, runId, taskId, message } of tasks)
      expect(message).toMatchObject({ dag_id: dagId, run_id: runId, task_id: taskId });
  });

  test('holds tasks that are valid as they are, and plain data', () => {
    for (const task of tasks) {
      expect(JSON.parse(JSON.stringify(task))).toEqual(task);
      if (task.fate?.kind === 'rejected') continue;
      const { problems, warnings } = checkTask(Buffer.from(JSON.stringify(task.message)), 'm', {});
      expect({ task: task.taskId, problems, warnings }).toEqual({
        task: task.taskId,
        problems: [],
        warnings: [],
      });
    }
  });

  test('keeps every log below the size at which the kubelet rotates it, and some above 16 KiB a line', () => {
    const logs = tasks.flatMap(({ work }) => work.logs).map(log => expectedLog(log, 1));
    expect(Math.max(...logs.map(log => log.length))).toBeLessThan(8 * 1_024 * 1_024);
    const longest = logs.map(log =>
      Math.max(
        ...log
          .toString()
          .split('\n')
          .map(line => line.length),
      ),
    );
    expect(longest.filter(length => length > 16_384).length).toBeGreaterThan(5);
  });
});

describe('launch refuses', () => {
  test('messages that name no run, of many kinds', async () => {
    const strays = seeds.map(seed => strayMessage(seed, makeChoices(seed)));
    for (const { kind, data } of strays) {
      const launcher = new Launcher();
      const { status } = await launcher.handle({
        messageId: 'm1',
        data,
        attributes: {},
        publishTime: undefined,
        deliveryAttempt: undefined,
        traceparent: undefined,
      });
      expect([kind, status, launcher.store.names()]).toEqual([kind, 204, ['rejected/m1.json']]);
    }
    expect(new Set(strays.map(({ kind }) => kind)).size).toBeGreaterThan(5);
  });

  test('tasks that are not valid, for the reason that is expected', async () => {
    const reasons = new Set<string>();
    for (const seed of seeds) {
      const task = rejectedTask(key, makeChoices(seed));
      const { state, reason } = expectedEnd(task, 1);
      expect(await new Launcher().deliver(task.message)).toMatchObject({ result: { end: state, reason } });
      reasons.add(reason);
    }
    expect([...reasons].toSorted()).toEqual(['invalid_task', 'policy_refused', 'template_failed']);
  });
});

describe('what is expected of a kind', () => {
  test.each<[RealKind, RegExp]>([
    ['lines', /^completed 0$/],
    ['many-lines', /^completed 0$/],
    ['slow', /^completed 0$/],
    ['exit', /^exit_code \d+$/],
    ['retry', /^(exit_code \d+, ){1,3}completed 0$/],
    ['used-up', /^(exit_code \d+, ){1,2}exit_code \d+$/],
    ['never-again', /^exit_code \d+$/],
    ['skip', /^skipped_by_exit_code \d+$/],
    ['xcom', /^completed 0$/],
    ['xcom-message', /^completed 0$/],
    ['xcom-odd', /^(completed|xcom_invalid) 0$/],
    ['init', /^completed 0$/],
    ['init-fails', /^init_container_failed \d+(, init_container_failed \d+)?$/],
    ['extra', /^completed 0$/],
    ['extra-fails', /^extra_container_failed 0$/],
    ['cancelled', /^cancelled 77$/],
    ['cancelled-again', /^cancelled \d+$/],
    ['too-long', /^execution_timeout 77(, execution_timeout 77)?$/],
  ])('%s', (kind, pattern) => {
    for (const seed of seeds) {
      const task = realTask(kind, key, makeChoices(seed));
      const ends = Array.from({ length: expectedTries(task) }, (_, index) => expectedEnd(task, index + 1));
      expect(ends.map(({ reason, exitCode }) => `${reason} ${exitCode}`).join(', ')).toMatch(pattern);
    }
  });

  test('a result only of a success', () => {
    for (const seed of seeds) {
      const task = realTask('retry', key, makeChoices(seed));
      const last = expectedTries(task);
      const sizes = Array.from({ length: last }, (_, index) => expectedResult(task, index + 1)?.length ?? -1);
      expect(sizes.slice(0, -1).every(size => size === -1)).toBe(true);
      expect(sizes.at(-1)).toBeGreaterThan(0);
    }
  });

  test('which Pods stay', () => {
    const [success, failure, init] = (['lines', 'exit', 'init-fails'] as const).map(kind =>
      realTask(kind, key, makeChoices(1)),
    );
    const stays = (['delete_pod', 'delete_succeeded_pod', 'delete_active_pod', 'keep_pod'] as const).map(
      onFinishAction =>
        [success, failure, init].map(task => task && podStays({ ...task, onFinishAction }, 1)),
    );
    expect(stays).toEqual([
      [false, false, false],
      [false, true, true],
      [true, true, true],
      [true, true, true],
    ]);
  });
});
