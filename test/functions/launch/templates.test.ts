import { describe, expect, test } from 'vitest';
import { connectionObject, podTemplateObject, variableObject } from '../../../shared/object-names.ts';
import { failOnce } from '../../fakes/faults.ts';
import { helloObjects, helloTask, Launcher, outage } from './launcher.ts';

const signal = new AbortController().signal;
const task = {
  ...helloTask,
  name: 'load-{{ var.value.which }}',
  namespace: '{{ var.value.where }}',
  do_xcom_push: "{{ var.value.get('push', 'false') }}",
  arguments: ['{{ macros.datetime.utcnow() }}', '{{ ti.try_number }}'],
};

async function launcherWith(objects: Record<string, string>): Promise<Launcher> {
  const launcher = new Launcher();
  for (const [name, text] of Object.entries(objects)) await launcher.store.create(name, text, { signal });
  return launcher;
}

/** Sets a variable to another text. */
async function change(launcher: Launcher, key: string, text: string): Promise<void> {
  const found = await launcher.store.read(variableObject(key), signal);
  await launcher.store.replace(variableObject(key), text, found?.generation ?? '0', { signal });
}

const variables = { [variableObject('which')]: 'first', [variableObject('where')]: 'tasks' };

/** A claim whose Pod was not posted, a minute ago. */
async function claimed(): Promise<Launcher> {
  const launcher = await launcherWith(variables);
  launcher.setFault(failOnce(/^create tasks/, 'before', outage));
  expect(await launcher.deliver(task)).toEqual({ status: 503 });
  launcher.setFault(undefined);
  launcher.advance(60_000);
  return launcher;
}

test('a task of templates becomes a Pod; the claim holds it as it was published', async () => {
  const launcher = await launcherWith(variables);
  expect(await launcher.deliver(task)).toEqual({ status: 204, result: { end: 'created', run: 'd/r/hello' } });
  expect(launcher.pods.created[0]).toMatchObject({
    metadata: { namespace: 'tasks', name: expect.stringMatching(/^load-first-/) },
    spec: { containers: [{ args: ['2026-11-23 10:00:00', '1'] }] },
  });
  expect(JSON.parse(launcher.store.text(helloObjects.launch) ?? '')).toMatchObject({ task });
});

describe('a claim whose variables have changed since', () => {
  test('keeps cluster, namespace, name and time; the rest is as it is rendered now', async () => {
    const launcher = await claimed();
    await change(launcher, 'which', 'second');
    await change(launcher, 'where', 'other');
    await change(launcher, 'push', 'true');
    expect(await launcher.deliver(task)).toMatchObject({ result: { end: 'created' } });
    expect(launcher.pods.created).toHaveLength(1);
    const [pod] = launcher.pods.created;
    expect(pod).toMatchObject({
      metadata: { namespace: 'tasks', name: expect.stringMatching(/^load-first-/) },
      spec: { containers: [{ args: ['2026-11-23 10:00:00', '1'] }], initContainers: [expect.anything()] },
    });
    // What the Pod says of itself fits to what it is.
    expect(JSON.parse(pod?.metadata.annotations['taskpod.dev/run'] ?? '')).toMatchObject({
      xcom: 'sidecar',
      queued_at: '2026-11-23T10:00:00.000Z',
    });
  });

  test('finds its Pod under the name that was claimed', async () => {
    const launcher = await launcherWith(variables);
    await launcher.deliver(task);
    await change(launcher, 'which', 'second');
    await change(launcher, 'where', 'other');
    expect(await launcher.deliver(task)).toMatchObject({ result: { end: 'adopted' } });
    expect(launcher.pods.created).toHaveLength(1);
  });

  test('and that cannot be rendered any more: no Pod is posted, and the reason tells it', async () => {
    const launcher = await claimed();
    await launcher.store.remove(variableObject('which'), { signal });
    expect(await launcher.deliver(task)).toMatchObject({ result: { end: 'rejected' } });
    expect(launcher.outcome()).toMatchObject({
      reason: 'template_failed',
      queued_at: '2026-11-23T10:00:00.000Z',
    });
    expect([launcher.pods.created, launcher.markers()]).toEqual([[], []]);
  });
});

test('a template that cannot be rendered rejects the task, with field, line, column and the nearest name', async () => {
  const launcher = await launcherWith({ [variableObject('my_value')]: 'x' });
  const broken = { ...helloTask, env_vars: { A: '{{ var.value.my_valu }}' } };
  expect(await launcher.deliver(broken)).toEqual({
    status: 204,
    result: { end: 'rejected', run: 'd/r/hello', reason: 'template_failed', problems: 1 },
  });
  const message = 'line 1, column 14: there is no variable my_valu; did you mean "my_value"?';
  expect(launcher.outcome()).toMatchObject({
    state: 'rejected',
    reason: 'template_failed',
    class: 'config',
    summary: 'A template of the task cannot be rendered.',
    detail: `env_vars.A: ${message}`,
    action: expect.stringMatching(/^Correct the template, or set what it names \(taskpod variables set/),
    problems: [{ path: 'env_vars.A', message }],
  });
  expect(launcher.states()).toEqual(['r rejected template_failed']);
  expect(launcher.pods.created).toEqual([]);
});

test('an outage in a lookup is answered 503, and nothing is written', async () => {
  for (const object of [
    variableObject('which'),
    connectionObject('kubernetes_default'),
    podTemplateObject('a.yaml'),
  ]) {
    const launcher = await launcherWith(variables);
    const before = launcher.store.names();
    launcher.setFault((call, moment) => {
      if (moment === 'before' && call === `readKnown ${object}`) throw outage;
    });
    const answer = await launcher.deliver({ ...task, pod_template_file: 'a.yaml', imag: 'wrong' });
    expect([answer, launcher.store.names(), launcher.states()]).toEqual([{ status: 503 }, before, []]);
  }
});

test('what the API server says of a value from outside is told without it (I9)', async () => {
  const launcher = await launcherWith({ [variableObject('pw')]: 'hunter2-geheim' });
  launcher.pods.refusal = {
    kind: 'refused',
    status: 422,
    reason: 'Invalid',
    message: 'Pod "x" is invalid: Invalid value: "hunter2-geheim"',
    causes: [{ field: 'spec.nodeSelector', message: 'Invalid value: "hunter2-geheim": is not right' }],
  };
  await launcher.deliver({ ...helloTask, node_selector: { pool: '{{ var.value.pw }}' } });
  expect(launcher.outcome()?.problems).toEqual([
    { path: 'spec.nodeSelector', message: 'Invalid value: "***": is not right' },
  ]);
  const { store, publisher, logs } = launcher;
  const written = store
    .names()
    .filter(name => !name.startsWith('config/'))
    .map(name => store.text(name));
  expect(JSON.stringify([written, publisher.published, logs])).not.toContain('hunter2');
});

test('warnings are counted in the log, and kept in the claim', async () => {
  const launcher = new Launcher();
  expect(await launcher.deliver({ ...helloTask, trigger_kwargs: {} })).toEqual({
    status: 204,
    result: { end: 'created', run: 'd/r/hello', warnings: 1 },
  });
  expect(launcher.logs[0]?.record).toMatchObject({ warnings: 1 });
  expect(JSON.parse(launcher.store.text(helloObjects.launch) ?? '').warnings).toEqual([
    { path: 'trigger_kwargs', message: expect.stringMatching(/^has no effect/) },
  ]);
});
