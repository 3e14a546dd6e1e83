import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { type Outcome, writeOutcome } from '../../../shared/outcome.ts';
import type { Retries } from '../../../shared/retries.ts';
import { helloAttempt, helloObjects, helloTask, killedAt, Launcher } from './launcher.ts';
import { makeOutcome } from './make-outcome.ts';

const signal = new AbortController().signal;
const retry = { kind: 'retry', dag_id: 'd', run_id: 'r', task_id: 'hello', try_number: 2 };
const run = 'd/r/hello';
const secondAttempt = { ...helloAttempt, tryNumber: 2 };
const second = attemptObjects(secondAttempt);
const retries: Retries = {
  left: 2,
  infrastructure_left: 3,
  delay_seconds: 1,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};
const task = { ...helloTask, namespace: 'tasks' };
const planned = { try_number: 2, at: '2026-11-23T10:00:01.000Z', budget: 'user' } as const;
const failed = { state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1 } as const;

/** A launcher whose first attempt has ended like this. */
async function ended(outcome: Partial<Outcome>, left: Retries | undefined = retries): Promise<Launcher> {
  const launcher = new Launcher();
  await launcher.deliver(task);
  launcher.pods.clear();
  const claim = JSON.parse(launcher.store.text(helloObjects.launch) ?? '');
  claim.record.retries = left;
  await launcher.store.remove(helloObjects.launch, { signal });
  await launcher.store.create(helloObjects.launch, JSON.stringify(claim), { signal });
  await launcher.store.remove(openMarker(claim.record.scope, helloAttempt), { signal });
  await launcher.store.create(helloObjects.outcome, writeOutcome(makeOutcome(outcome)), { signal });
  launcher.advance(60_000);
  return launcher;
}

const secondClaim = (launcher: Launcher) => JSON.parse(launcher.store.text(second.launch) ?? '{}');

describe('retry', () => {
  test('that the watch has planned: the next attempt, from the task as it was published', async () => {
    const launcher = await ended({ ...failed, retry: planned });
    expect(await launcher.deliver(retry, 'x')).toEqual({ status: 204, result: { end: 'created', run } });
    const [before, pod] = launcher.pods.created;
    expect(pod?.metadata.labels).toMatchObject({ try_number: '2', run_id: 'r' });
    expect(pod?.metadata.name).not.toBe(before?.metadata.name);
    expect(pod?.spec).toEqual(before?.spec);
    const claim = secondClaim(launcher);
    expect(claim).toMatchObject({
      message_id: 'm1',
      claimed_at: '2026-11-23T10:01:00.000Z',
      record: { try_number: 2, retries: { ...retries, left: 1 } },
      task,
    });
    expect(launcher.markers()).toEqual([openMarker(claim.record.scope, secondAttempt)]);
    expect(launcher.states().at(-1)).toBe('r queued');
  });

  test('is counted to the budget that the watch has chosen', async () => {
    const launcher = await ended({ ...failed, retry: { ...planned, budget: 'infrastructure' } });
    await launcher.deliver(retry, 'x');
    expect(secondClaim(launcher).record.retries).toEqual({ ...retries, infrastructure_left: 2 });
  });

  test.each([
    ['a success', {}],
    ['a failure without retries', failed],
    ['a cancelled run', { state: 'cancelled', reason: 'cancelled', class: 'cancelled' } as const],
  ])('that somebody asks for, of %s: the next attempt', async (_, outcome) => {
    const launcher = await ended(outcome, undefined);
    expect(await launcher.deliver(retry, 'x')).toMatchObject({ result: { end: 'created' } });
    expect(secondClaim(launcher).record.try_number).toBe(2);
  });

  test.each([
    ['a run that nobody knows', async () => new Launcher()],
    [
      'an attempt that has not ended',
      async () => {
        const launcher = new Launcher();
        await launcher.deliver();
        return launcher;
      },
    ],
    [
      'a task that was rejected',
      async () => {
        const launcher = new Launcher();
        await launcher.deliver({ ...helloTask, image: 7 });
        return launcher;
      },
    ],
  ])('of %s starts nothing', async (_, make) => {
    const launcher = await make();
    const pods = launcher.pods.created.length;
    expect(await launcher.deliver(retry, 'x')).toEqual({ status: 204, result: { end: 'not retried', run } });
    expect(launcher.pods.created).toHaveLength(pods);
    expect(launcher.store.text(second.launch)).toBeUndefined();
  });

  test('again, whatever has become of the attempt, starts nothing more', async () => {
    const launcher = await ended({ ...failed, retry: planned });
    await launcher.deliver(retry, 'x');
    expect(await launcher.deliver(retry, 'y')).toMatchObject({ result: { end: 'adopted' } });
    const text = writeOutcome(makeOutcome({ try_number: 2 }));
    await launcher.store.create(second.outcome, text, { signal });
    launcher.pods.clear();
    expect(await launcher.deliver(retry, 'z')).toMatchObject({ result: { end: 'ended' } });
    expect(launcher.pods.created).toHaveLength(2);
  });

  test('of a task that is not valid any more is rejected as that attempt', async () => {
    const launcher = await ended({ ...failed, retry: planned });
    const { scope } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '').record;
    await launcher.store.create(openMarker(scope, secondAttempt), '{}', { signal });
    launcher.namespaces = ['other'];
    expect(await launcher.deliver(retry, 'x')).toMatchObject({ result: { end: 'rejected', problems: 1 } });
    expect(launcher.outcome(secondAttempt)).toMatchObject({ state: 'rejected', try_number: 2 });
    expect(launcher.markers()).toEqual([]);
  });

  test('on a cluster that cannot be used any more is rejected as that attempt', async () => {
    const launcher = await ended({ ...failed, retry: planned });
    const { scope } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '').record;
    await launcher.store.create(openMarker(scope, secondAttempt), '{}', { signal });
    launcher.podsOf = () =>
      Promise.reject(new TaskpodError('cluster_unavailable', 'gone', { action: 'Mend it.' }));
    expect(await launcher.deliver(retry, 'x')).toMatchObject({ result: { end: 'rejected', problems: 1 } });
    expect(launcher.outcome(secondAttempt)).toMatchObject({
      state: 'rejected',
      reason: 'cluster_refused',
      problems: [{ path: '', message: 'gone. Mend it.' }],
    });
    expect(launcher.markers()).toEqual([]);
  });

  test('that dies at any call: after the next delivery one Pod more', async () => {
    for (const moment of ['before', 'after'] as const) {
      for (let step = 0; step < 10; step++) {
        const launcher = await ended({ ...failed, retry: planned });
        launcher.setFault(killedAt(step, moment));
        await launcher.deliver(retry, 'x');
        launcher.setFault(undefined);
        expect((await launcher.deliver(retry, 'x')).status).toBe(204);
        expect(launcher.pods.created, `${moment} ${step}`).toHaveLength(2);
      }
    }
  });
});
