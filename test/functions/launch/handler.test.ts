import { describe, expect, test } from 'vitest';
import { errorMessage, TaskpodError } from '../../../shared/errors.ts';
import { scopeName } from '../../../shared/names.ts';
import { writeOutcome } from '../../../shared/outcome.ts';
import { failOnce } from '../../fakes/faults.ts';
import { planted } from '../../secrets/planted.ts';
import { eventsTopic, helloObjects, helloTask, Launcher, outage, recorded, watchTopic } from './launcher.ts';
import { makeOutcome } from './make-outcome.ts';

const scope = scopeName('kubeconfig', 'bucket', 0);
const marker = `open/${scope}/dag_id=d/run_id=r/task_id=hello/attempt=1`;

describe('a task that is right', () => {
  test('the default connection, two writes, one POST, a look for an outcome, ticket and event, and nothing else', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(recorded(calls));
    expect(await launcher.deliver()).toEqual({ status: 204, result: { end: 'created', run: 'd/r/hello' } });
    expect(calls).toEqual([
      'readKnown config/connections/kubernetes_default.json',
      `create ${marker}`,
      `create ${helloObjects.launch}`,
      expect.stringMatching(/^create tasks\/hello-[a-z2-7]{12}$/),
      `readKnown ${helloObjects.outcome}`,
      `publish ${watchTopic}`,
      `publish ${eventsTopic}`,
    ]);
    expect(launcher.tickets()).toEqual([{ kind: 'ticket', scope }]);
    expect(launcher.states()).toEqual(['r queued']);
    expect(launcher.markers()).toEqual([marker]);
    expect(launcher.store.text(marker)).toBe('{"message_id":"m1"}');
  });

  test('the claim holds what anybody needs who goes on with it', async () => {
    const launcher = new Launcher();
    await launcher.deliver();
    const [pod] = launcher.pods.created;
    const record = {
      version: 1,
      dag_id: 'd',
      run_id: 'r',
      task_id: 'hello',
      try_number: 1,
      scope,
      queued_at: '2026-11-23T10:00:00.000Z',
      schedule_deadline_at: '2026-11-23T10:02:00.000Z',
      startup_timeout_seconds: 120,
      schedule_timeout_seconds: 120,
      base_container: 'base',
      log_containers: ['base'],
      xcom: null,
      on_finish_action: 'delete_pod',
      retries: {
        left: 0,
        infrastructure_left: 3,
        delay_seconds: 300,
        exponential_backoff: false,
        max_delay_seconds: null,
        retry_on: null,
        no_retry_on: [],
      },
    };
    expect(JSON.parse(launcher.store.text(helloObjects.launch) ?? '')).toEqual({
      version: 1,
      message_id: 'm1',
      claimed_at: '2026-11-23T10:00:00.000Z',
      record,
      pod: { cluster: 'kubeconfig', namespace: 'tasks', name: pod?.metadata.name },
      task: helloTask,
    });
    expect(JSON.parse(pod?.metadata.annotations['taskpod.dev/run'] ?? '')).toEqual(record);
    expect(pod?.spec.containers).toEqual([
      { name: 'base', image: 'busybox', env: [{ name: 'TOKEN', value: planted.envValue }] },
    ]);
  });

  test('the event is about the moment of the claim', async () => {
    const launcher = new Launcher();
    await launcher.deliver();
    expect(launcher.publisher.on(eventsTopic)).toMatchObject([
      {
        type: 'dev.taskpod.run.queued',
        source: '//storage.googleapis.com/bucket',
        subject: 'd/r/hello',
        time: '2026-11-23T10:00:00.000Z',
        data: { state: 'queued', class: 'none', exit_code: null, summary: 'The Pod is posted.' },
      },
    ]);
  });

  test('the message id is the run_id of a task that names none', async () => {
    const launcher = new Launcher();
    await launcher.deliver({ task_id: 'hello', image: 'busybox' }, 'm7');
    expect(launcher.states()).toEqual(['m7 queued']);
  });

  test('a task may choose another of the deployment’s namespaces', async () => {
    const launcher = new Launcher();
    await launcher.deliver({ ...helloTask, namespace: 'other' });
    expect(launcher.pods.created.map(pod => pod.metadata.namespace)).toEqual(['other']);
  });
});

describe('once and no more', () => {
  test('the same message twenty times at once, and again after the end: one Pod ever', async () => {
    const launcher = new Launcher();
    const answers = await Promise.all(Array.from({ length: 20 }, () => launcher.deliver()));
    expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([204]));
    expect(launcher.pods.created).toHaveLength(1);

    const signal = new AbortController().signal;
    const outcome = writeOutcome(makeOutcome({ ended_at: '2026-11-23T10:05:00Z' }));
    await launcher.store.create(helloObjects.outcome, outcome, { signal });
    await launcher.store.remove(marker, { signal });
    launcher.pods.clear();
    const again = await Promise.all(Array.from({ length: 20 }, () => launcher.deliver()));
    expect(new Set(again.map(answer => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 204, result: { end: 'ended', run: 'd/r/hello' } })]),
    );
    expect(launcher.pods.created).toHaveLength(1);
    expect(launcher.markers()).toEqual([]);
  });

  test('twenty messages with one run key: one Pod, that of the first', async () => {
    const launcher = new Launcher();
    const images = Array.from({ length: 20 }, (_, index) => `image-${index}`);
    await Promise.all(images.map((image, index) => launcher.deliver({ ...helloTask, image }, `m${index}`)));
    expect(launcher.pods.created.map(pod => pod.spec.containers[0]?.image)).toEqual(['image-0']);
    const claim = JSON.parse(launcher.store.text(helloObjects.launch) ?? '');
    expect([claim.message_id, claim.task.image]).toEqual(['m0', 'image-0']);
  });
});

describe('when something fails', () => {
  test.each([
    { name: 'an outage', error: outage, status: 503, severity: 'WARNING' },
    { name: 'an abort', error: new TaskpodError('aborted', 'aborted'), status: 503, severity: 'WARNING' },
    {
      name: 'a missing right',
      error: new TaskpodError('storage_refused', 'denied', { action: 'Give the right.' }),
      status: 500,
      severity: 'ERROR',
    },
    { name: 'a bug', error: new TypeError('x is not a function'), status: 500, severity: 'ERROR' },
  ])('$name is answered $status', async ({ error, status, severity }) => {
    const launcher = new Launcher();
    launcher.setFault(failOnce(/^create runs/, 'before', error));
    expect(await launcher.deliver()).toEqual({ status });
    expect(launcher.logs).toEqual([
      {
        severity,
        message: `launch failed: ${errorMessage(error)}`,
        record: {
          message_id: 'm1',
          delivery_attempt: undefined,
          traceparent: undefined,
          duration_ms: 0,
          run: 'd/r/hello',
          action: 'action' in error ? error.action : undefined,
          next: expect.stringContaining('delivers it again'),
        },
      },
    ]);
    expect(launcher.pods.created).toEqual([]);
  });

  test('after the deadline anything is an outage', async () => {
    const launcher = new Launcher();
    const controller = new AbortController();
    launcher.setFault(() => {
      controller.abort();
      throw new TypeError('closed');
    });
    expect(await launcher.deliver(helloTask, 'm1', controller.signal)).toEqual({ status: 503 });
  });

  test('one record is logged for each message, and no piece of it but the run', async () => {
    const launcher = new Launcher();
    await launcher.deliver();
    launcher.advance(250);
    await launcher.deliver({ ...helloTask, imag: 'x' }, 'm2');
    await launcher.deliver('geheim', 'm3');
    const base = { delivery_attempt: undefined, traceparent: undefined, duration_ms: 0 };
    expect(launcher.logs).toEqual([
      {
        severity: 'INFO',
        message: 'launch: created',
        record: { ...base, message_id: 'm1', run: 'd/r/hello' },
      },
      {
        severity: 'WARNING',
        message: 'launch: rejected',
        record: { ...base, message_id: 'm2', run: 'd/r/hello', reason: 'invalid_task', problems: 1 },
      },
      {
        severity: 'WARNING',
        message: 'launch: rejected',
        record: { ...base, message_id: 'm3', reason: 'invalid_task', problems: 1 },
      },
    ]);
    expect(JSON.stringify([launcher.logs, launcher.publisher.published])).not.toContain('geheim');
  });
});
