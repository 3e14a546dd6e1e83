import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { attemptObjects, attemptPrefix } from '../../../shared/object-names.ts';
import { writeOutcome } from '../../../shared/outcome.ts';
import { failOnce } from '../../fakes/faults.ts';
import {
  eventsTopic,
  helloAttempt,
  helloObjects,
  helloTask,
  killedAt,
  Launcher,
  outage,
  recorded,
} from './launcher.ts';
import { makeOutcome } from './make-outcome.ts';

const signal = new AbortController().signal;
const podCalls = (calls: readonly string[]) => calls.filter(call => / tasks\//.test(call));

/** A launcher whose first delivery died after its claim and before its POST. */
async function withClaim(task: unknown = helloTask): Promise<Launcher> {
  const launcher = new Launcher();
  launcher.setFault(failOnce(/^create tasks/, 'before', outage));
  expect(await launcher.deliver(task)).toEqual({ status: 503 });
  launcher.setFault(undefined);
  launcher.advance(60_000);
  return launcher;
}

async function readJson(launcher: Launcher, name: string): Promise<unknown> {
  return JSON.parse((await launcher.store.read(name, signal))?.body.toString('utf8') ?? 'null');
}

/** The name of the Pod that was to be posted. */
async function claimedName(launcher: Launcher): Promise<string> {
  const claim = await readJson(launcher, helloObjects.launch);
  return z.object({ pod: z.object({ name: z.string() }) }).parse(claim).pod.name;
}

describe('a claim that was found', () => {
  test('without a Pod and without a trace is posted, as it was claimed', async () => {
    const launcher = await withClaim();
    expect(await launcher.deliver()).toEqual({ status: 204, result: { end: 'created', run: 'd/r/hello' } });
    const [pod] = launcher.pods.created;
    const record = JSON.parse(pod?.metadata.annotations['taskpod.dev/run'] ?? '');
    expect([record.queued_at, record.schedule_deadline_at]).toEqual([
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T10:02:00.000Z',
    ]);
    expect(launcher.states()).toEqual(['r queued']);
  });

  test('is continued with its own task, not with that of the message that found it', async () => {
    const launcher = await withClaim();
    const other = { ...helloTask, image: 'evil', namespace: 'other', name: 'evil' };
    expect(await launcher.deliver(other, 'm2')).toMatchObject({ status: 204, result: { end: 'created' } });
    expect(launcher.pods.created).toHaveLength(1);
    expect(launcher.pods.created[0]).toMatchObject({
      metadata: { namespace: 'tasks', name: expect.stringMatching(/^hello-/) },
      spec: { containers: [{ image: 'busybox' }] },
    });
  });

  test('keeps the run_id that its first message gave it', async () => {
    const task = { task_id: 'hello', image: 'busybox' };
    const launcher = await withClaim(task);
    expect(await launcher.deliver({ ...task, run_id: 'm1' }, 'm2')).toMatchObject({
      result: { end: 'created', run: 'default/m1/hello' },
    });
  });

  test('keeps its namespace when the default has changed since', async () => {
    const launcher = await withClaim();
    launcher.defaultNamespace = 'other';
    await launcher.deliver();
    expect(launcher.pods.created.map(pod => pod.metadata.namespace)).toEqual(['tasks']);
  });

  test('with its Pod there is adopted: ticket and event again', async () => {
    const launcher = new Launcher();
    await launcher.deliver();
    launcher.advance(5_000);
    const calls: string[] = [];
    launcher.setFault(recorded(calls));
    expect(await launcher.deliver()).toEqual({ status: 204, result: { end: 'adopted', run: 'd/r/hello' } });
    expect(podCalls(calls)).toEqual([expect.stringMatching(/^read tasks\/hello-/)]);
    expect(launcher.tickets()).toHaveLength(2);
    const events = launcher.publisher.published.filter(({ topic }) => topic.endsWith('events'));
    expect(events[1]?.data).toBe(events[0]?.data);
    expect(launcher.pods.created).toHaveLength(1);
  });

  test.each(['pod.json', 'running.json', 'logs/base/000001.log', 'logs/base.log', 'return.json'])(
    'whose Pod a Turn has seen (%s) is left to the watch',
    async rest => {
      const launcher = await withClaim();
      await launcher.store.create(`${attemptPrefix(helloAttempt)}${rest}`, '{}', { signal });
      expect(await launcher.deliver()).toEqual({
        status: 204,
        result: { end: 'left to the watch', run: 'd/r/hello' },
      });
      expect(launcher.tickets()).toHaveLength(1);
      expect([launcher.states(), launcher.pods.created]).toEqual([[], []]);
      expect(launcher.markers()).toHaveLength(1);
    },
  );

  test('whose Pod only the events tell of is left to the watch, which finds it written down', async () => {
    const launcher = await withClaim();
    const name = await claimedName(launcher);
    launcher.pods.heard.set(`tasks/${name}`, { uid: 'u1', at: '2026-11-23T10:00:09Z' });
    const calls: string[] = [];
    launcher.setFault(recorded(calls));
    expect(await launcher.deliver()).toEqual({
      status: 204,
      result: { end: 'left to the watch', run: 'd/r/hello' },
    });
    expect(podCalls(calls)).toEqual([`read tasks/${name}`, `heardOf tasks/${name}`]);
    expect(await readJson(launcher, helloObjects.pod)).toEqual({
      version: 1,
      uid: 'u1',
      namespace: 'tasks',
      name,
      seen_at: '2026-11-23T10:01:00.000Z',
    });
    expect([launcher.tickets().length, launcher.pods.created]).toEqual([1, []]);
  });

  const heardTimes = [
    { at: '2026-11-23T09:54:59Z', isStarted: true },
    { at: '2026-11-23T09:55:00Z', isStarted: false },
  ];
  test.each(heardTimes)('whose name was heard of at $at is posted: $isStarted', async ({ at, isStarted }) => {
    const launcher = await withClaim();
    launcher.pods.heard.set(`tasks/${await claimedName(launcher)}`, { uid: 'u1', at });
    await launcher.deliver();
    expect([launcher.pods.created.length, await launcher.store.read(helloObjects.pod, signal)]).toEqual(
      isStarted ? [1, undefined] : [0, expect.anything()],
    );
  });

  test('is not posted while nobody can tell whether it has been', async () => {
    const launcher = await withClaim();
    launcher.setFault(failOnce(/^heardOf/, 'before', outage));
    expect(await launcher.deliver()).toEqual({ status: 503 });
    expect(launcher.pods.created).toEqual([]);
  });

  test('what another attempt or another run has written is no trace of this one', async () => {
    const launcher = await withClaim();
    for (const other of [
      { ...helloAttempt, tryNumber: 10 },
      { ...helloAttempt, mapIndex: 1 },
      { ...helloAttempt, taskId: 'hello2' },
    ]) {
      await launcher.store.create(attemptObjects(other).pod, '{}', { signal });
    }
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
  });

  test('with an outcome is finished again: the event, and no marker', async () => {
    const launcher = await withClaim();
    const outcome = makeOutcome({ state: 'failed', reason: 'exit_code', ended_at: '2026-11-23T10:00:30Z' });
    await launcher.store.create(helloObjects.outcome, writeOutcome(outcome), { signal });
    expect(await launcher.deliver()).toEqual({ status: 204, result: { end: 'ended', run: 'd/r/hello' } });
    expect(launcher.publisher.on(eventsTopic)).toMatchObject([
      { type: 'dev.taskpod.run.failed', time: '2026-11-23T10:00:30Z' },
    ]);
    expect([launcher.markers(), launcher.tickets(), launcher.pods.created]).toEqual([[], [], []]);
  });

  test('an outcome without an end is announced with the time of the claim', async () => {
    const launcher = await withClaim();
    const outcome = makeOutcome({ ended_at: null, queued_at: '2026-11-23T10:00:00Z' });
    await launcher.store.create(helloObjects.outcome, writeOutcome(outcome), { signal });
    await launcher.deliver();
    expect(launcher.publisher.on(eventsTopic)).toMatchObject([{ time: '2026-11-23T10:00:00Z' }]);
  });

  test('for another cluster than the one that is configured waits', async () => {
    const launcher = await withClaim();
    launcher.cluster = 'projects/p/locations/l/clusters/c';
    expect(await launcher.deliver()).toEqual({ status: 500 });
    expect(launcher.logs.at(-1)).toMatchObject({
      severity: 'ERROR',
      message: "launch failed: kubeconfig is none of this deployment's clusters (cluster_unavailable)",
      record: { action: 'Name it in TASKPOD_CLUSTERS until its attempts have ended.' },
    });
    expect(launcher.pods.created).toEqual([]);
  });

  test('that is gone when it is read is an outage', async () => {
    const launcher = await withClaim();
    launcher.setFault((call, moment) => {
      if (moment === 'after' && call === `create ${helloObjects.launch}`) {
        return void launcher.store.remove(helloObjects.launch, { signal });
      }
    });
    expect(await launcher.deliver()).toEqual({ status: 503 });
    expect(launcher.logs.at(-1)?.message).toBe(
      `launch failed: ${helloObjects.launch} was there and is gone (storage_unavailable)`,
    );
  });

  test('that cannot be read is a bug, told as one', async () => {
    const launcher = new Launcher();
    await launcher.store.create(helloObjects.launch, '{"version": 1}', { signal });
    expect(await launcher.deliver()).toEqual({ status: 500 });
    expect(launcher.logs[0]?.message).toMatch(/^launch failed: launch.json is not valid/);
  });
});

describe('a Pod of the same name', () => {
  /** Puts the Pod that a launch would make, changed, before the launch. */
  async function withPod(annotations: (own: string) => Record<string, string>): Promise<Launcher> {
    const rehearsal = new Launcher();
    await rehearsal.deliver();
    const [made] = rehearsal.pods.created;
    if (made === undefined) throw new Error('nothing was made');
    const own = made.metadata.annotations['taskpod.dev/run'] ?? '';
    const launcher = new Launcher();
    launcher.pods.put('tasks', {
      ...made,
      metadata: { ...made.metadata, annotations: annotations(own) },
    });
    return launcher;
  }

  test('that is of this attempt is adopted after the 409', async () => {
    const launcher = await withPod(own => ({ 'taskpod.dev/run': own }));
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'adopted' } });
    expect(launcher.states()).toEqual(['r queued']);
  });

  test.each<{ name: string; annotations: (own: string) => Record<string, string> }>([
    { name: 'no annotation', annotations: () => ({}) },
    { name: 'an annotation that is no record', annotations: () => ({ 'taskpod.dev/run': 'x' }) },
    { name: 'another run', annotations: own => ({ 'taskpod.dev/run': own.replace('"r"', '"r2"') }) },
    {
      name: 'another attempt',
      annotations: own => ({ 'taskpod.dev/run': own.replace('"try_number":1', '"try_number":2') }),
    },
  ])('with $name is refused, once and for all', async ({ annotations }) => {
    const launcher = await withPod(annotations);
    const result = { end: 'rejected', run: 'd/r/hello', reason: 'pod_name_taken', problems: 1 };
    expect(await launcher.deliver()).toEqual({ status: 204, result });
    launcher.advance(60_000);
    expect(launcher.outcome()).toMatchObject({
      state: 'rejected',
      reason: 'pod_name_taken',
      summary: 'A Pod of this name exists that is not the attempt’s.',
      class: 'config',
      queued_at: '2026-11-23T10:00:00.000Z',
      action: 'Delete the Pod of that name, or give the task another name.',
      problems: [
        { path: 'name', message: expect.stringMatching(/^Pod tasks\/hello-\w{12} exists and is not this/) },
      ],
    });
    expect(await launcher.deliver()).toEqual({ status: 204, result });
    const [first, second] = launcher.publisher.on(eventsTopic);
    expect(second).toEqual(first);
    expect([launcher.states(), launcher.markers(), launcher.tickets()]).toEqual([
      ['r rejected pod_name_taken', 'r rejected pod_name_taken'],
      [],
      [],
    ]);
    expect(launcher.pods.created).toEqual([]);
  });
});

describe('a POST that was held up on its way (I1)', () => {
  /** While the POST is on its way, the attempt ends; `pod` is the Pod that its outcome names. */
  async function overtaken(pod: (own: string) => string): Promise<Launcher> {
    const launcher = new Launcher();
    let isOver = false;
    launcher.setFault(async (call, moment) => {
      if (isOver || moment !== 'after' || !call.startsWith('create tasks/')) return;
      isOver = true;
      const name = call.slice('create tasks/'.length);
      const own = (await launcher.pods.read('tasks', name, signal))?.metadata.uid ?? '';
      const end = { cluster: 'kubeconfig', namespace: 'tasks', name, uid: pod(own), node: null };
      const text = writeOutcome(makeOutcome({ ended_at: '2026-11-23T10:01:00Z', pod: end }));
      await launcher.store.create(helloObjects.outcome, text, { signal });
    });
    return launcher;
  }
  const postedName = (launcher: Launcher): string => launcher.pods.created[0]?.metadata.name ?? '';

  test('and makes a second Pod of an attempt that has ended: the Pod and the marker go', async () => {
    const launcher = await overtaken(() => 'the first');
    expect(await launcher.deliver()).toMatchObject({ status: 204, result: { end: 'ended' } });
    expect(await launcher.pods.read('tasks', postedName(launcher), signal)).toBeUndefined();
    expect(launcher.markers()).toEqual([]);
    expect(launcher.tickets()).toEqual([]);
  });

  test('and whose own Pod has ended meanwhile is an ordinary launch', async () => {
    const launcher = await overtaken(own => own);
    expect(await launcher.deliver()).toMatchObject({ status: 204, result: { end: 'created' } });
    expect(await launcher.pods.read('tasks', postedName(launcher), signal)).toBeDefined();
  });
});

describe('a process that dies', () => {
  test('there are as many steps as these tests kill at', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(recorded(calls));
    await launcher.deliver();
    expect(calls).toHaveLength(7);
  });

  const deaths = [0, 1, 2, 3, 4, 5, 6].flatMap(step => [
    { step, moment: 'before' as const },
    { step, moment: 'after' as const },
  ]);
  test.each(deaths)(
    '$moment step $step: after the next delivery one Pod, watched and announced',
    async at => {
      const launcher = new Launcher();
      launcher.setFault(killedAt(at.step, at.moment));
      expect(await launcher.deliver()).toEqual({ status: 503 });
      launcher.setFault(undefined);
      launcher.advance(10_000);
      expect((await launcher.deliver()).status).toBe(204);
      expect(launcher.pods.created).toHaveLength(1);
      expect(launcher.tickets().length).toBeGreaterThan(0);
      expect(new Set(launcher.states())).toEqual(new Set(['r queued']));
      expect(launcher.markers()).toHaveLength(1);
    },
  );

  test.each(deaths)('$moment step $step, and the run is over before the next delivery: one Pod', async at => {
    const launcher = new Launcher();
    launcher.setFault(killedAt(at.step, at.moment));
    await launcher.deliver();
    launcher.setFault(undefined);
    const wasPosted = launcher.pods.created.length === 1;
    if (wasPosted) {
      await launcher.store.create(helloObjects.pod, '{}', { signal });
      const text = writeOutcome(makeOutcome({ ended_at: '2026-11-23T10:01:00Z' }));
      await launcher.store.create(helloObjects.outcome, text, { signal });
      launcher.pods.clear();
    }
    launcher.advance(120_000);
    expect((await launcher.deliver()).status).toBe(204);
    expect(launcher.pods.created).toHaveLength(1);
  });

  test('twice, at any two steps: one Pod', { timeout: 20_000 }, async () => {
    for (const first of deaths) {
      for (const second of [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(step => [
        { step, moment: 'before' as const },
        { step, moment: 'after' as const },
      ])) {
        const launcher = new Launcher();
        launcher.setFault(killedAt(first.step, first.moment));
        await launcher.deliver();
        launcher.setFault(killedAt(second.step, second.moment));
        await launcher.deliver();
        launcher.setFault(undefined);
        expect((await launcher.deliver()).status).toBe(204);
        expect(launcher.pods.created).toHaveLength(1);
        expect(launcher.tickets().length).toBeGreaterThan(0);
      }
    }
  });
});
