import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { stateEventId } from '../../../shared/state-event.ts';
import { failOnce } from '../../fakes/faults.ts';
import {
  eventsTopic,
  helloAttempt,
  helloObjects,
  helloTask,
  killedAt,
  Launcher,
  outage,
} from './launcher.ts';

const badTask = { ...helloTask, imag: 'x' };
const problems = [{ path: 'imag', message: 'is not a parameter; did you mean "image"?' }];
const rejected = (reason = 'invalid_task') => ({
  status: 204,
  result: { end: 'rejected', run: 'd/r/hello', reason, problems: 1 },
});

describe('a message that is no valid task', () => {
  test('takes its run’s place, with all that is wrong', async () => {
    const launcher = new Launcher();
    expect(await launcher.deliver(badTask)).toEqual(rejected());
    expect(JSON.parse(launcher.store.text(helloObjects.launch) ?? '')).toEqual({
      version: 1,
      message_id: 'm1',
      claimed_at: '2026-11-23T10:00:00.000Z',
      rejected: true,
    });
    expect(launcher.outcome()).toEqual({
      version: 1,
      dag_id: 'd',
      run_id: 'r',
      task_id: 'hello',
      try_number: 1,
      state: 'rejected',
      reason: 'invalid_task',
      class: 'config',
      exit_code: null,
      summary: 'The message is not a valid task.',
      detail: 'imag: is not a parameter; did you mean "image"?',
      action: 'Correct every problem listed and submit the task again.',
      queued_at: null,
      scheduled_at: null,
      started_at: null,
      ended_at: '2026-11-23T10:00:00.000Z',
      pod: null,
      containers: [],
      xcom: null,
      events: [stateEventId(helloAttempt, 'rejected')],
      problems,
    });
    expect(launcher.publisher.on(eventsTopic)).toMatchObject([
      {
        id: stateEventId(helloAttempt, 'rejected'),
        type: 'dev.taskpod.run.rejected',
        time: '2026-11-23T10:00:00.000Z',
        data: { state: 'rejected', reason: 'invalid_task', class: 'config' },
      },
    ]);
    expect([launcher.pods.created, launcher.tickets(), launcher.markers()]).toEqual([[], [], []]);
  });

  test('delivered again repeats nothing but the event, word for word', async () => {
    const launcher = new Launcher();
    await launcher.deliver(badTask);
    const before = launcher.store.names().map(name => launcher.store.text(name));
    launcher.advance(60_000);
    expect(await launcher.deliver(badTask)).toEqual(rejected());
    expect(launcher.store.names().map(name => launcher.store.text(name))).toEqual(before);
    const [first, second] = launcher.publisher.on(eventsTopic);
    expect(second).toEqual(first);
  });

  test.each(
    [0, 1, 2].flatMap(step => [
      { step, moment: 'before' as const },
      { step, moment: 'after' as const },
    ]),
  )('a process that dies $moment step $step: the next delivery ends it', async ({ step, moment }) => {
    const launcher = new Launcher();
    launcher.setFault(killedAt(step, moment));
    expect(await launcher.deliver(badTask)).toEqual({ status: 503 });
    launcher.setFault(undefined);
    launcher.advance(10_000);
    expect(await launcher.deliver(badTask)).toEqual(rejected());
    expect(launcher.outcome()?.problems).toEqual(problems);
    expect(new Set(launcher.states())).toEqual(new Set(['r rejected invalid_task']));
  });

  test.each<{ name: string; task: unknown; paths: string[] }>([
    { name: 'not JSON', task: 'TOKEN=geheim', paths: [''] },
    { name: 'a list', task: [helloTask], paths: [''] },
    { name: 'no task_id', task: { image: 'busybox' }, paths: ['task_id'] },
    { name: 'too large', task: 'x'.repeat(300_000), paths: [''] },
    { name: 'attributes only', task: '', paths: [''] },
  ])('$name: is filed and announced under its message id', async ({ task, paths }) => {
    const launcher = new Launcher();
    expect(await launcher.deliver(task, 'm5')).toEqual({
      status: 204,
      result: { end: 'rejected', reason: 'invalid_task', problems: 1 },
    });
    launcher.advance(60_000);
    await launcher.deliver(task, 'm5');
    expect(launcher.store.names()).toEqual(['rejected/m5.json']);
    expect(JSON.parse(launcher.store.text('rejected/m5.json') ?? '')).toEqual({
      version: 1,
      message_id: 'm5',
      rejected_at: '2026-11-23T10:00:00.000Z',
      problems: paths.map(path => ({ path, message: expect.any(String) })),
    });
    const [first, second] = launcher.publisher.on(eventsTopic);
    expect(second).toEqual(first);
    expect(first).toMatchObject({
      time: '2026-11-23T10:00:00.000Z',
      data: { dag_id: 'default', run_id: 'm5', task_id: '', state: 'rejected', reason: 'invalid_task' },
    });
    expect(JSON.stringify([launcher.publisher.published, launcher.logs])).not.toContain('geheim');
  });

  test('whose run another message has is filed under its message id, and the run stays as it is', async () => {
    const launcher = new Launcher();
    await launcher.deliver(helloTask, 'm1');
    expect(await launcher.deliver(badTask, 'm2')).toEqual(rejected());
    expect(launcher.rejectedMessage('m2')).toEqual(problems);
    expect(launcher.outcome()).toBeUndefined();
    expect(launcher.states()).toEqual(['r queued', 'm2 rejected invalid_task']);
  });

  test('a second rejected message of a run is filed under its own id', async () => {
    const launcher = new Launcher();
    await launcher.deliver(badTask, 'm1');
    await launcher.deliver({ ...helloTask, nam: 'x' }, 'm2');
    expect(launcher.outcome()?.problems).toEqual(problems);
    expect(launcher.rejectedMessage('m2')).toEqual([
      { path: 'nam', message: 'is not a parameter; did you mean "name"?' },
    ]);
  });

  test('an outcome that is gone when it is read is an outage', async () => {
    const launcher = new Launcher();
    launcher.setFault(async (call, moment) => {
      if (moment !== 'after' || call !== `create ${helloObjects.outcome}`) return;
      launcher.setFault(undefined);
      await launcher.store.remove(helloObjects.outcome, { signal: new AbortController().signal });
    });
    expect(await launcher.deliver(badTask)).toEqual({ status: 503 });
    expect(launcher.logs[0]?.message).toBe(
      `launch failed: ${helloObjects.outcome} was there and is gone (storage_unavailable)`,
    );
  });

  test('a thousand characters of problems are the detail; the list is whole', async () => {
    const launcher = new Launcher();
    await launcher.deliver({ ...helloTask, cmds: Array.from({ length: 60 }, () => 1) });
    expect(launcher.outcome()?.detail).toHaveLength(1_000);
    expect(launcher.outcome()?.detail.startsWith('cmds.0: must be a string; cmds.1: must')).toBe(true);
    expect(launcher.outcome()?.problems).toHaveLength(60);
  });
});

describe('a valid task whose run was rejected before', () => {
  test('starts nothing, and says what to do', async () => {
    const launcher = new Launcher();
    await launcher.deliver(badTask, 'm1');
    expect(await launcher.deliver(helloTask, 'm2')).toEqual(rejected());
    expect(launcher.rejectedMessage('m2')).toEqual([
      {
        path: 'run_id',
        message: 'the run was rejected before (message m1): submit the task under another run_id',
      },
    ]);
    expect([launcher.pods.created, launcher.markers()]).toEqual([[], []]);
    expect(launcher.states()).toEqual(['r rejected invalid_task', 'm2 rejected invalid_task']);
  });

  test('by the same message, under other rules, before its outcome was written: it is rejected all the same', async () => {
    const launcher = new Launcher();
    launcher.namespaces = ['other'];
    launcher.setFault(failOnce(/outcome\.json$/, 'before', outage));
    const task = { ...helloTask, namespace: 'tasks' };
    expect(await launcher.deliver(task)).toEqual({ status: 503 });
    launcher.namespaces = ['tasks'];
    expect(await launcher.deliver(task)).toEqual(rejected());
    expect(launcher.outcome()).toMatchObject({ reason: 'invalid_task', problems: [{ path: 'run_id' }] });
    expect(launcher.pods.created).toEqual([]);
  });
});

describe('a task that was valid when it was claimed', () => {
  async function claimedBefore(happened: 'nothing' | 'posted', messageId = 'm1') {
    const launcher = new Launcher();
    const task = { ...helloTask, namespace: 'other' };
    launcher.setFault(failOnce(/^create other/, happened === 'posted' ? 'after' : 'before', outage));
    await launcher.deliver(task);
    launcher.namespaces = ['tasks'];
    return { launcher, answer: await launcher.deliver(task, messageId) };
  }

  test('and has no Pod yet, gets none', async () => {
    const { launcher, answer } = await claimedBefore('nothing');
    expect(answer).toEqual(rejected('policy_refused'));
    expect(launcher.outcome()).toMatchObject({
      reason: 'policy_refused',
      summary: 'The deployment’s policy refuses the task.',
      queued_at: '2026-11-23T10:00:00.000Z',
      problems: [
        { path: 'namespace', message: expect.stringMatching(/^is not a namespace of this deployment/) },
      ],
    });
    expect([launcher.pods.created, launcher.markers()]).toEqual([[], []]);
    expect(launcher.states()).toEqual(['r rejected policy_refused']);
  });

  test('and has its Pod, keeps it', async () => {
    const { launcher, answer } = await claimedBefore('posted');
    expect(answer).toEqual({ status: 204, result: { end: 'adopted', run: 'd/r/hello' } });
    expect(launcher.states()).toEqual(['r queued']);
  });

  test('is not touched by another message', async () => {
    const { launcher, answer } = await claimedBefore('nothing', 'm2');
    expect(answer).toEqual(rejected('policy_refused'));
    expect(launcher.outcome()).toBeUndefined();
    expect(launcher.rejectedMessage('m2')).toHaveLength(1);
  });
});

describe('a Pod that the API server refuses', () => {
  const refusal = { kind: 'refused', status: 422, reason: 'Invalid', message: 'Pod "x" is invalid' } as const;
  test.each([
    {
      refusal: { ...refusal, causes: [{ field: 'spec.containers[0].image', message: 'Required value' }] },
      summary: 'The API server refused the Pod (422 Invalid).',
      problems: [{ path: 'spec.containers[0].image', message: 'Required value' }],
    },
    {
      refusal: { ...refusal, status: 400, reason: '', message: 'no sense', causes: [] },
      summary: 'The API server refused the Pod (400).',
      problems: [{ path: '', message: 'no sense' }],
    },
  ])('$summary', async ({ refusal: answer, summary, problems: told }) => {
    const launcher = new Launcher();
    launcher.pods.refusal = answer;
    expect(await launcher.deliver()).toEqual(rejected('pod_refused'));
    expect(launcher.outcome()).toMatchObject({
      state: 'rejected',
      reason: 'pod_refused',
      class: 'config',
      summary,
      queued_at: '2026-11-23T10:00:00.000Z',
      action: 'Correct what the API server refused and submit the task again.',
      detail: told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
      problems: told,
    });
    expect([launcher.markers(), launcher.tickets()]).toEqual([[], []]);

    launcher.pods.refusal = undefined;
    expect(await launcher.deliver()).toEqual({ status: 204, result: { end: 'ended', run: 'd/r/hello' } });
    expect(launcher.states()).toEqual(['r rejected pod_refused', 'r rejected pod_refused']);
    expect([launcher.pods.created, launcher.markers()]).toEqual([[], []]);
  });

  test.each([
    {
      message: 'pods is forbidden: User "x" cannot create resource "pods" in API group ""',
      reason: 'forbidden',
      summary: 'Launch may not create Pods in this namespace.',
    },
    {
      message: 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      reason: 'admission_refused',
      summary: 'The cluster’s policy refuses the Pod (Pod Security restricted:latest).',
    },
  ])('403: $reason', async ({ message, reason, summary }) => {
    const launcher = new Launcher();
    launcher.pods.refusal = { ...refusal, status: 403, reason: 'Forbidden', message, causes: [] };
    expect(await launcher.deliver()).toEqual(rejected(reason));
    expect(launcher.outcome()).toMatchObject({ reason, class: 'config', summary, detail: message });
  });

  describe('because launch may not create Pods', () => {
    const forbidden = {
      ...refusal,
      status: 403,
      reason: 'Forbidden',
      message: 'pods is forbidden: User "x" cannot create resource "pods" in API group ""',
      causes: [],
    };

    test('is posted again after two seconds, for an API server that has just begun knows no Roles yet', async () => {
      const launcher = new Launcher();
      launcher.pods.refusal = forbidden;
      const calls: string[] = [];
      launcher.setFault((call, moment) => {
        if (moment === 'before' && / tasks\//.test(call)) calls.push(call.split(' ', 1)[0] ?? '');
        if (calls.filter(name => name === 'create').length === 2) launcher.pods.refusal = undefined;
      });
      expect(await launcher.deliver()).toMatchObject({ status: 204, result: { end: 'created' } });
      expect(calls).toEqual(['create', 'read', 'heardOf', 'create']);
      expect([launcher.monotonicMs, launcher.pods.created.length]).toEqual([7_000, 1]);
    });

    const lookForbidden = ['kubernetes_refused', 'kubernetes_unavailable'] as const;
    test.each(lookForbidden)(
      'is rejected when it is still so after ten seconds, where launch may not look either: %s',
      async code => {
        const launcher = new Launcher();
        launcher.pods.refusal = forbidden;
        launcher.setFault(call => {
          if (!call.startsWith('read tasks/')) return;
          throw new TaskpodError(code, 'cannot get resource "pods"', { status: 403, retryable: true });
        });
        expect(await launcher.deliver()).toEqual(rejected('forbidden'));
        expect([launcher.monotonicMs, launcher.markers()]).toEqual([15_000, []]);
      },
    );

    test('is not known while nobody answers', async () => {
      const launcher = new Launcher();
      launcher.pods.refusal = forbidden;
      launcher.setFault(failOnce(/^read tasks/, 'before', outage));
      expect(await launcher.deliver()).toEqual({ status: 503 });
      expect(launcher.outcome()).toBeUndefined();
    });
  });

  test.each(
    [3, 4, 5].flatMap(step => [
      { step, moment: 'before' as const },
      { step, moment: 'after' as const },
    ]),
  )('a process that dies $moment step $step: the next delivery ends it', async ({ step, moment }) => {
    const launcher = new Launcher();
    launcher.pods.refusal = { ...refusal, causes: [] };
    launcher.setFault(killedAt(step, moment));
    expect(await launcher.deliver()).toEqual({ status: 503 });
    launcher.setFault(undefined);
    expect((await launcher.deliver()).status).toBe(204);
    expect(launcher.outcome()?.reason).toBe('pod_refused');
    expect(new Set(launcher.states())).toEqual(new Set(['r rejected pod_refused']));
    expect(launcher.markers()).toEqual([]);
  });

  test('an outcome that another delivery has written stands', async () => {
    const launcher = new Launcher();
    launcher.pods.refusal = { ...refusal, causes: [] };
    const first = launcher.deliver();
    const second = launcher.deliver();
    expect([(await first).status, (await second).status]).toEqual([204, 204]);
    expect(new Set(launcher.publisher.on(eventsTopic).map(event => JSON.stringify(event))).size).toBe(1);
    expect(launcher.store.text(attemptObjects(helloAttempt).outcome)).toBeDefined();
  });
});
