import { describe, expect, test } from 'vitest';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { stateEventId } from '../../../shared/state-event.ts';
import { helloAttempt, helloObjects, helloTask, killedAt, Launcher } from './launcher.ts';

const message = 'pods "x" is forbidden: exceeded quota: small, requested: pods=1';
const full = { kind: 'refused' as const, status: 403, reason: 'Forbidden', message, causes: [] };
const retrying = { ...helloTask, retries: 1, retry_delay_seconds: 30 };
const secondAttempt = { ...helloAttempt, tryNumber: 2 };
const retry = { kind: 'retry', dag_id: 'd', run_id: 'r', task_id: 'hello', try_number: 2 };

/** A launcher whose namespace has no room, a moment before the schedule deadline. */
async function launcherInFullNamespace(task: object = helloTask): Promise<Launcher> {
  const launcher = new Launcher();
  launcher.pods.refusal = full;
  expect(await launcher.deliver(task)).toEqual({ status: 503 });
  launcher.advance(119_999);
  return launcher;
}

describe('a full quota', () => {
  test('is waited for until the schedule deadline, and then is what the attempt fails of', async () => {
    const launcher = await launcherInFullNamespace();
    expect(await launcher.deliver()).toEqual({ status: 503 });
    expect(launcher.outcome()).toBeUndefined();
    launcher.advance(1);
    expect(await launcher.deliver()).toEqual({
      status: 204,
      result: { end: 'failed', run: 'd/r/hello', reason: 'quota_exceeded' },
    });
    expect(launcher.outcome()).toEqual({
      version: 1,
      dag_id: 'd',
      run_id: 'r',
      task_id: 'hello',
      try_number: 1,
      state: 'failed',
      reason: 'quota_exceeded',
      class: 'capacity',
      exit_code: null,
      summary: 'The namespace’s quota was exceeded for more than 120s.',
      detail: message,
      action:
        'Wait for other Pods to end, or raise the namespace’s ResourceQuota; then submit the task again.',
      queued_at: '2026-11-23T10:00:00.000Z',
      scheduled_at: null,
      started_at: null,
      ended_at: '2026-11-23T10:02:00.000Z',
      pod: null,
      containers: [],
      xcom: null,
      events: [stateEventId(helloAttempt, 'failed')],
    });
    expect(launcher.states()).toEqual(['r failed quota_exceeded']);
    expect([launcher.markers(), launcher.tickets()]).toEqual([[], []]);
  });

  test('that has room again in time costs nothing', async () => {
    const launcher = await launcherInFullNamespace();
    launcher.pods.refusal = undefined;
    expect((await launcher.deliver()).status).toBe(204);
    expect(launcher.states()).toEqual(['r queued']);
  });

  test('uses a retry: the next attempt is planned, a Turn is woken for it, and it runs', async () => {
    const launcher = await launcherInFullNamespace(retrying);
    launcher.advance(1);
    await launcher.deliver(retrying);
    expect(launcher.outcome()).toMatchObject({
      state: 'failed',
      retry: { try_number: 2, at: '2026-11-23T10:02:30.000Z', budget: 'user' },
      events: [stateEventId(helloAttempt, 'up_for_retry')],
    });
    expect(launcher.states()).toEqual(['r up_for_retry quota_exceeded']);
    const { record } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '');
    expect(launcher.markers()).toEqual([openMarker(record.scope, secondAttempt)]);
    expect(launcher.tickets()).toEqual([{ kind: 'ticket', scope: record.scope }]);

    launcher.pods.refusal = undefined;
    launcher.advance(30_000);
    expect(await launcher.deliver(retry, 'm2')).toMatchObject({ result: { end: 'created' } });
    const second = JSON.parse(launcher.store.text(attemptObjects(secondAttempt).launch) ?? '');
    expect(second.record.retries.left).toBe(0);
  });

  test('uses none when the task says so', async () => {
    const task = { ...retrying, no_retry_on: ['capacity'] };
    const launcher = await launcherInFullNamespace(task);
    launcher.advance(1);
    await launcher.deliver(task);
    expect(launcher.outcome()?.retry).toBeUndefined();
    expect(launcher.markers()).toEqual([]);
  });

  test.each(
    [3, 4, 5, 6, 7].flatMap(step => [
      { step, moment: 'before' as const },
      { step, moment: 'after' as const },
    ]),
  )('a process that dies $moment step $step: the next delivery ends it', async ({ step, moment }) => {
    const launcher = await launcherInFullNamespace(retrying);
    launcher.advance(1);
    launcher.setFault(killedAt(step, moment));
    await launcher.deliver(retrying);
    launcher.setFault(undefined);
    expect((await launcher.deliver(retrying)).status).toBe(204);
    expect(launcher.outcome()?.retry?.try_number).toBe(2);
    expect(new Set(launcher.states())).toEqual(new Set(['r up_for_retry quota_exceeded']));
    const { record } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '');
    expect(launcher.markers()).toEqual([openMarker(record.scope, secondAttempt)]);
  });
});
