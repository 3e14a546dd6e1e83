import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAnnotation } from '../../shared/pod-labels.ts';
import { outage } from '../functions/launch/launcher.ts';
import { DeadLetterWorld, topics, WorldContext } from './dead-letter-world.ts';

let world: DeadLetterWorld;
beforeEach(async () => {
  world = await DeadLetterWorld.start();
});
afterEach(() => world.close());

const task = { dag_id: 'etl', task_id: 'load', image: 'busybox' };
const withRunId = { ...task, run_id: 'r' };

/** Lets calls fail whose names begin so, as an outage does. */
function breakDown(call: string): void {
  world.launcher.setFault((name, moment) => {
    if (moment === 'before' && name.startsWith(call)) throw outage;
  });
}

/** Waits until there are so many dead letters, and gives the ids and runs. */
async function listed(count: number): Promise<{ message_id: string; run: string; state: string | null }[]> {
  for (;;) {
    const { out } = await world.run('list', '--json');
    const letters = JSON.parse(out);
    if (letters.length === count) return letters;
  }
}

/** The run_ids of the Pods that were made. */
const runsOfPods = () =>
  world.launcher.pods.created.map(
    ({ metadata }) => JSON.parse(metadata.annotations?.[runAnnotation] ?? '{}').run_id,
  );

describe('a message that could not be handled', () => {
  test('is logged at each delivery, lands, is listed and shown, and goes on when it is published again', async () => {
    breakDown('create open/');
    await world.publish(topics.tasks, withRunId, { mine: 'kept' });
    const [letter] = await listed(1);
    const id = letter?.message_id ?? '';
    expect(world.pushes).toBe(5);
    const failures = world.launcher.logs.map(({ severity, message, record }) => [
      severity,
      message,
      record?.delivery_attempt,
      typeof record?.message_id,
      typeof record?.published_at,
    ]);
    expect(failures).toEqual(
      [1, 2, 3, 4, 5].map(attempt => [
        'WARNING',
        'launch failed: no answer (kubernetes_unavailable)',
        attempt,
        'string',
        'string',
      ]),
    );
    const published = String(world.launcher.logs[0]?.record?.published_at);

    const text = await world.run('list');
    expect(text).toEqual({
      code: 0,
      out: `${id}\tlaunch\t5\t${published.replace(/\.\d+/, '')}\tetl/r/load\t-\n`,
      err: '',
    });
    const shown = await world.run('show', id);
    for (const part of [published, 'etl/r/load', topics.tasks, 'mine: kept', JSON.stringify(withRunId)])
      expect(shown.out).toContain(part);

    world.launcher.setFault(undefined);
    expect(await world.run('republish', id)).toEqual({
      code: 0,
      out: `${id} -> tasks etl/r/load\n`,
      err: '',
    });
    await world.answered(6);
    expect(runsOfPods()).toEqual(['r']);
    expect(await listed(0)).toEqual([]);
    expect(world.launcher.logs.at(-1)).toMatchObject({ message: 'launch: created' });
    expect(await world.run('republish', id)).toMatchObject({ code: 2, out: '' });
  });

  test('keeps the run that its first deliveries have begun, though Pub/Sub forgets its id', async () => {
    breakDown('create tasks/');
    const first = await world.publish(topics.tasks, task);
    const [letter] = await listed(1);
    expect(letter?.run).toBe('etl/%3F/load');
    const id = letter?.message_id ?? '';
    expect(JSON.parse((await world.run('show', id, '--json')).out)).toMatchObject({
      run: `etl/${first}/load`,
      run_id: first,
      state: 'queued',
      topic: topics.tasks,
      data: JSON.stringify(task),
    });
    world.launcher.setFault(undefined);
    expect(JSON.parse((await world.run('republish', '--all', '--json')).out)).toEqual([
      {
        message_id: id,
        run: `etl/${first}/load`,
        republished: true,
        topic: topics.tasks,
        new_message_id: expect.any(String),
      },
    ]);
    await world.answered(6);
    expect(runsOfPods()).toEqual([first]);
    expect(world.launcher.logs.at(-1)?.record).toMatchObject({ first_message_id: first });
  });

  test('that is published again twice, or twice a dead letter, runs once', async () => {
    const published = new Date(world.launcher.nowMs).toISOString();
    const first = await world.deadLetter(task, 'launch', published);
    const acknowledge = world.subscriptions.acknowledge;
    world.subscriptions.acknowledge = async () => {
      throw outage;
    };
    expect(await world.run('republish', first)).toMatchObject({ code: 1 });
    world.subscriptions.acknowledge = acknowledge;
    await world.answered(1);
    expect(await world.run('republish', first)).toMatchObject({ code: 0 });
    await world.deadLetter(task, 'launch', published);
    expect(await world.run('republish', '--all')).toMatchObject({ code: 0 });
    await world.answered(3);
    expect(runsOfPods()).toEqual([`dead-letter-${first}`]);
    expect(world.launcher.logs.map(({ message }) => message)).toEqual([
      'launch: created',
      'launch: adopted',
      'launch: adopted',
    ]);
  });

  test('and fails again is a dead letter of the same run', async () => {
    breakDown('create tasks/');
    const first = await world.publish(topics.tasks, task);
    await listed(1);
    await world.run('republish', '--all');
    await world.answered(10);
    const [letter] = await listed(1);
    expect(letter).toMatchObject({ run: `etl/${first}/load`, state: 'queued' });
    world.launcher.setFault(undefined);
    await world.run('republish', '--all');
    await world.answered(11);
    expect(runsOfPods()).toEqual([first]);
  });

  test('two that are alike and of different times are two runs', async () => {
    for (const time of ['2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00.001Z'])
      await world.deadLetter(task, 'launch', time);
    expect(await world.run('republish', '--all')).toMatchObject({ code: 0 });
    await world.answered(2);
    expect(new Set(runsOfPods()).size).toBe(2);
  });
});

describe('a rejection and a cancellation that were begun are brought to their end', () => {
  test.each([
    { what: 'rejected', message: { ...withRunId, image: 3 }, state: 'r rejected invalid_task' },
    {
      what: 'cancelled',
      message: { kind: 'cancel', dag_id: 'etl', run_id: 'r', task_id: 'load' },
      state: 'r cancelled cancelled',
    },
  ])('$what', async ({ what, message, state }) => {
    breakDown('create runs/dag_id=etl/run_id=r/task_id=load/attempt=1/outcome.json');
    await world.publish(topics.tasks, message);
    expect(await listed(1)).toMatchObject([{ run: what === 'cancelled' ? 'etl/r/load' : expect.anything() }]);
    world.launcher.setFault(undefined);
    expect(await world.run('republish', '--all')).toMatchObject({ code: 0 });
    await world.answered(6);
    expect(world.launcher.states()).toEqual([state]);
    expect(world.launcher.outcome({ dagId: 'etl', runId: 'r', taskId: 'load', tryNumber: 1 })).toMatchObject({
      state: what,
    });
  });
});

describe('only what came from a topic of the deployment is published again', () => {
  test('tickets and sweeps on the watch topic', async () => {
    const id = await world.deadLetter({ kind: 'sweep' }, 'watch');
    expect(await world.run('republish', id)).toEqual({ code: 0, out: `${id} -> watch\n`, err: '' });
    expect((await world.waitingOn('watch')).map(({ data }) => data)).toEqual(['{"kind":"sweep"}']);
  });

  test('the rest stays, and does not keep the others from it', async () => {
    const gone = await world.deadLetter(task, 'gone');
    const other = await world.deadLetter(task, 'other');
    const loose = await world.publish(topics.dead, task);
    const own = await world.deadLetter(withRunId);
    const { code, out, err } = await world.run('republish', '--all');
    expect({ code, out }).toEqual({ code: 1, out: `${own} -> tasks etl/r/load\n` });
    expect(err.split('\n').filter(line => line.startsWith('taskpod:'))).toEqual([
      `taskpod: ${gone}: its subscription projects/p/subscriptions/gone is not there any more`,
      `taskpod: ${other}: it came from ${topics.other}, which is neither TASKPOD_TASKS_TOPIC nor TASKPOD_WATCH_TOPIC`,
      `taskpod: ${loose}: it does not say where it came from`,
    ]);
    expect((await listed(3)).map(({ message_id }) => message_id)).toEqual([gone, other, loose]);
    expect(await world.waitingOn('other')).toEqual([]);
  });

  test('when one id is not there, nothing is published', async () => {
    const id = await world.deadLetter(withRunId);
    expect(await world.run('republish', id, '77', '78')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^taskpod: there is no dead letter 77, 78\nSee "taskpod dead-letters list"/),
    });
    expect([world.pushes, await listed(1)]).toEqual([0, [expect.objectContaining({ message_id: id })]]);
  });
});

describe('list and show', () => {
  test('more than a page, and no more than the limit', async () => {
    for (let i = 0; i < 120; i++) await world.deadLetter({ ...task, run_id: `r${i}` });
    expect((await listed(100)).slice(0, 2).map(({ run }) => run)).toEqual(['etl/r0/load', 'etl/r1/load']);
    const all = await world.run('list', '--json', '--limit', '1000');
    expect(JSON.parse(all.out).map((letter: { run: string }) => letter.run)).toEqual(
      Array.from({ length: 120 }, (_, i) => `etl/r${i}/load`),
    );
    const { out, err } = await world.run('list', '--limit', '3');
    expect([out.split('\n').length - 1, err]).toEqual([3, 'There may be more than these 3: see --limit.\n']);
  });

  test('one whose run is damaged does not hide the others', async () => {
    const launch = 'runs/dag_id=etl/run_id=r/task_id=load/attempt=1/launch.json';
    await world.launcher.store.create(launch, 'damaged', { signal: new AbortController().signal });
    const id = await world.deadLetter(withRunId);
    await world.deadLetter({ ...task, run_id: 'r2' });
    const { code, out } = await world.run('list');
    expect([code, out.split('\n').map(line => line.split('\t').slice(4))]).toEqual([
      0,
      [['etl/r/load', 'launch.json is not JSON (invalid_document)'], ['etl/r2/load', '-'], []],
    ]);
    expect((await world.run('show', id)).out).toContain('launch.json is not JSON');
    expect(await world.run('republish', id)).toMatchObject({ code: 0 });
  });

  test('nothing', async () => {
    expect(await world.run('list')).toEqual({ code: 0, out: '', err: '' });
    expect(await world.runOnTerminal('list')).toEqual({ code: 0, out: '', err: 'No dead letters.\n' });
    expect(await world.run('republish', '--all', '--json')).toEqual({ code: 0, out: '[]\n', err: '' });
    expect(await world.run('show', '1')).toMatchObject({ code: 2 });
  });

  test('what is no message for the functions is shown, without what a terminal would obey', async () => {
    const id = await world.deadLetter('\u001b[2J{"kind": "nonsense"}');
    const { out } = await world.runOnTerminal('show', id);
    expect(out).toContain('^[[2J{"kind": "nonsense"}');
    expect(out).not.toContain('\u001b');
    expect(out).toContain('It is no message that the functions read.');
    expect(await listed(1)).toMatchObject([{ run: null, kind: 'unreadable' }]);
  });

  test.each([
    { args: ['republish'], err: /^taskpod: which dead letters\?\nGive their message ids, or --all\.\n$/ },
    { args: ['republish', '1', '--all'], err: /^taskpod: which dead letters\?\n/ },
    { args: ['list', '--limit', '0'], err: /Give a whole number from 1 to 1000\./ },
  ])('$args', async ({ args, err }) => {
    expect(await world.run(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(err) });
  });

  test('without a subscription it is told which variable is missing', async () => {
    const context = new WorldContext(false, world);
    context.changes = { deadLettersSubscription: undefined };
    expect(await world.runOn(context, 'list')).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^taskpod: TASKPOD_DEAD_LETTERS_SUBSCRIPTION is not set\nSet it to /),
    });
  });
});
