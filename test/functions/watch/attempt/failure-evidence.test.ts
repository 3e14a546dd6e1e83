import { expect, test } from 'vitest';
import { followAttempt } from '../../../../functions/watch/attempt/follow-attempt.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import { type AttemptRecord, attemptOf } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { PodStatus } from '../../../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../../../shared/kubernetes/pod-event.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import type { Outcome } from '../../../../shared/outcome.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { scheduled, terminated } from '../../../fakes/make-pod.ts';
import { WatchWorld } from '../watch-world.ts';

const event: PodEvent = {
  type: 'Warning',
  reason: 'FailedMount',
  message: 'MountVolume.SetUp failed for volume "v" : secret "s" not found',
  count: 3,
  container: null,
  first_at: '2026-11-23T10:00:01Z',
  last_at: '2026-11-23T10:00:09Z',
};
const exited3: PodStatus = { phase: 'Failed', conditions: [scheduled], containerStatuses: [terminated(3)] };

/** A world with one Pod in a status, and what following it comes to. */
async function followed(
  status: PodStatus,
  prepare: (world: WatchWorld, updates: PodUpdates) => void = () => undefined,
  changes: Partial<AttemptRecord> = {},
): Promise<{ world: WatchWorld; outcome: Outcome; names: ReturnType<typeof attemptObjects> }> {
  const world = new WatchWorld();
  const { record, pod } = await world.launch(changes);
  const env = [{ name: 'TOKEN', value: 'planted-secret' }];
  const whole = { ...pod, spec: { ...pod.spec, containers: [{ name: 'base', env }] }, status };
  world.cluster.put(whole);
  world.cluster.log('t1-r1').write('one');
  world.cluster.log('t1-r1').write('two');
  world.cluster.log('t1-r1').end();
  const updates = new PodUpdates({ ...pod, status });
  prepare(world, updates);
  const { signal } = new AbortController();
  const following = followAttempt(record, updates, world.deps(), { signal, handover: signal });
  const outcome = await world.clock.runUntil(following);
  return { world, outcome, names: attemptObjects(attemptOf(record)) };
}

test('a failure is stored with its last lines, its events, and the Pod without values', async () => {
  const { world, outcome, names } = await followed(exited3, ({ cluster }) =>
    cluster.events.set('r1', [event]),
  );
  expect(outcome).toMatchObject({
    reason: 'exit_code',
    last_lines: { container: 'base', lines: ['one', 'two'] },
    pod_events: [event],
    pod_final: names.podFinal,
  });
  expect(outcome.notes).toBeUndefined();
  expect(world.json(names.podFinal)).toMatchObject({
    version: 1,
    complete: true,
    pod: {
      metadata: { uid: 'r1' },
      spec: { containers: [{ name: 'base', env: [{ name: 'TOKEN' }] }] },
      status: { phase: 'Failed' },
    },
  });
  const all = world.store.names().map(name => world.store.text(name));
  expect(all.join('\n')).not.toContain('planted-secret');
  expect(world.cluster.calls.filter(call => /^(listEvents|readWhole) /.test(call))).toEqual([
    'listEvents tasks/r1',
    'readWhole tasks/t1-r1',
  ]);
});

test('of a success neither events nor manifest are read', async () => {
  const { world, outcome } = await followed({
    ...exited3,
    phase: 'Succeeded',
    containerStatuses: [terminated(0)],
  });
  expect(outcome.state).toBe('success');
  expect([outcome.last_lines, outcome.pod_events, outcome.pod_final]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(world.cluster.calls.filter(call => /^(listEvents|readWhole) /.test(call))).toEqual([]);
});

test('an event explains what the status does not tell', async () => {
  const creating = { name: 'base', state: { waiting: { reason: 'ContainerCreating' } } };
  const status: PodStatus = { phase: 'Pending', conditions: [scheduled], containerStatuses: [creating] };
  const { outcome } = await followed(status, ({ cluster }) => cluster.events.set('r1', [event]));
  expect(outcome).toMatchObject({
    reason: 'secret_missing',
    summary: 'Pod took too long to start. More than 120s.',
    detail:
      'The secret "s" does not exist.\nFailedMount: MountVolume.SetUp failed for volume "v" : secret "s" not found',
  });
});

test('events that could be read in the end leave no note', async () => {
  const waiting = { reason: 'CreateContainerConfigError', message: 'secret "s" not found' };
  const status = {
    phase: 'Pending',
    conditions: [scheduled],
    containerStatuses: [{ name: 'base', state: { waiting } }],
  };
  const outage = new TaskpodError('kubernetes_unavailable', 'no answer', { retryable: true });
  const failed = { ...event, message: 'Error: secret "s" not found', container: 'base' };
  const { outcome } = await followed(status, ({ cluster }) => {
    cluster.events.set('r1', [failed]);
    cluster.fault = failOnce(/^listEvents /, 'before', outage);
  });
  expect(outcome).toMatchObject({ reason: 'secret_missing', pod_events: [failed] });
  expect(outcome.notes).toBeUndefined();
});

test('who may not read them fails for the same reason, with a note', async () => {
  const forbidden = new TaskpodError('kubernetes_refused', 'listing the events: 403 Forbidden', {
    status: 403,
  });
  const { world, names, outcome } = await followed(exited3, ({ cluster }) => {
    cluster.fault = call => {
      if (/^(listEvents|readWhole) /.test(call)) throw forbidden;
    };
  });
  expect(outcome).toMatchObject({
    state: 'failed',
    reason: 'exit_code',
    pod_events: [],
    notes: [
      'The Pod’s events could not be read: listing the events: 403 Forbidden (kubernetes_refused)',
      'The Pod’s manifest could not be read: listing the events: 403 Forbidden (kubernetes_refused)',
    ],
  });
  expect(world.json(names.podFinal)).toMatchObject({
    complete: false,
    incomplete_because:
      'The Pod’s manifest could not be read: listing the events: 403 Forbidden (kubernetes_refused)',
  });
});

test('of a Pod that is gone, what the watch has seen of it is kept', async () => {
  const { world, names, outcome } = await followed(exited3, ({ cluster }, updates) => {
    cluster.dropSilently('t1-r1');
    updates.markGone();
  });
  expect(outcome).toMatchObject({ reason: 'exit_code', pod_final: names.podFinal });
  expect(world.json(names.podFinal)).toMatchObject({
    complete: false,
    incomplete_because: 'The Pod was gone when it was read.',
    pod: { status: { phase: 'Failed' } },
  });
});

test('of a Pod whose name another one has taken, what the watch has seen of it is kept', async () => {
  const { world, names } = await followed(exited3, ({ cluster }, { pod }) =>
    cluster.put({ ...pod, metadata: { ...pod.metadata, uid: 'another' }, status: { phase: 'Pending' } }),
  );
  expect(world.json(names.podFinal)).toMatchObject({
    complete: false,
    incomplete_because: 'The Pod was gone when it was read.',
    pod: { metadata: { uid: 'r1' }, status: { phase: 'Failed' } },
  });
});

test('the manifest is not kept when the task does not want it', async () => {
  const { world, outcome, names } = await followed(exited3, undefined, { log_pod_spec_on_failure: false });
  expect([outcome.reason, outcome.pod_final]).toEqual(['exit_code', undefined]);
  expect(world.store.text(names.podFinal)).toBeUndefined();
});
