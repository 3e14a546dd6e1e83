import { describe, expect, test } from 'vitest';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { writeOutcome } from '../../../shared/outcome.ts';
import { helloAttempt, helloObjects, helloTask, killedAt, Launcher, recorded } from './launcher.ts';
import { makeOutcome } from './make-outcome.ts';

const signal = new AbortController().signal;
const cancel = { kind: 'cancel', dag_id: 'd', run_id: 'r', task_id: 'hello' };
const run = 'd/r/hello';
const secondAttempt = { ...helloAttempt, tryNumber: 2 };
const second = attemptObjects(secondAttempt);

const cancelled = {
  version: 1,
  dag_id: 'd',
  run_id: 'r',
  task_id: 'hello',
  try_number: 1,
  state: 'cancelled',
  reason: 'cancelled',
  class: 'cancelled',
  exit_code: null,
  detail: '',
  action: 'Run it again with taskpod retry, if it is wanted after all.',
  queued_at: null,
  scheduled_at: null,
  started_at: null,
  ended_at: '2026-11-23T10:00:00.000Z',
  pod: null,
  containers: [],
  xcom: null,
  events: [expect.stringMatching(/^[0-9a-f]{32}$/)],
};

/** A launcher whose task is claimed and has no Pod: its delivery died before the POST. */
async function claimed(task: unknown = helloTask): Promise<Launcher> {
  const launcher = new Launcher();
  launcher.setFault(killedAt(3, 'before'));
  expect(await launcher.deliver(task)).toEqual({ status: 503 });
  launcher.setFault(undefined);
  return launcher;
}

async function posted(task: unknown = helloTask): Promise<Launcher> {
  const launcher = new Launcher();
  await launcher.deliver(task);
  return launcher;
}

const podIn = async (launcher: Launcher) => {
  const [pod] = launcher.pods.created;
  return pod && launcher.pods.read('tasks', pod.metadata.name, signal);
};

describe('cancel', () => {
  test('before its task has come: the task starts nothing, and is no mistake', async () => {
    const launcher = new Launcher();
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'cancelled', run } });
    expect(launcher.outcome()).toEqual({ ...cancelled, summary: 'The run was cancelled before it began.' });
    expect(await launcher.deliver(helloTask, 'm1')).toEqual({ status: 204, result: { end: 'ended', run } });
    expect(launcher.pods.created).toEqual([]);
    expect(launcher.markers()).toEqual([]);
    expect(launcher.states()).toEqual(['r cancelled cancelled']);
    expect(launcher.store.names().filter(name => name.startsWith('rejected/'))).toEqual([]);
  });

  test('after the claim and before the Pod: the outcome at once', async () => {
    const launcher = await claimed();
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'cancelled', run } });
    expect(launcher.outcome()).toEqual({
      ...cancelled,
      summary: 'The run was cancelled before its Pod was made.',
      queued_at: '2026-11-23T10:00:00.000Z',
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'ended' } });
    expect(launcher.pods.created).toEqual([]);
    expect(launcher.markers()).toEqual([]);
  });

  test('while its Pod is there: the Pod is deleted, the watch is woken and writes the outcome', async () => {
    const launcher = await posted();
    const tickets = launcher.tickets().length;
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'cancelling', run } });
    expect(await podIn(launcher)).toBeUndefined();
    expect(JSON.parse(launcher.store.text(helloObjects.cancel) ?? '')).toEqual({
      version: 1,
      message_id: 'c1',
      requested_at: '2026-11-23T10:00:00.000Z',
    });
    expect(launcher.tickets()).toHaveLength(tickets + 1);
    expect(launcher.outcome()).toBeUndefined();
    expect(launcher.markers()).toHaveLength(1);
  });

  test('while its Pod is there, which no Turn sees and no node gets: the task starts nothing more', async () => {
    const launcher = await posted();
    await launcher.deliver(cancel, 'c1');
    launcher.advance(60_000);
    expect(await launcher.deliver(helloTask, 'm2')).toMatchObject({ result: { end: 'cancelled' } });
    expect(launcher.pods.created).toHaveLength(1);
    expect(launcher.outcome()?.summary).toBe('The run was cancelled before its Pod was made.');
    expect([launcher.markers(), launcher.states().at(-1)]).toEqual([[], 'r cancelled cancelled']);
  });

  test('when a Turn has seen the Pod, which is gone: the watch writes the outcome', async () => {
    const launcher = await posted();
    await launcher.store.create(helloObjects.pod, '{}', { signal });
    launcher.pods.clear();
    expect(await launcher.deliver(cancel, 'c1')).toMatchObject({ result: { end: 'cancelling' } });
    expect([launcher.outcome(), launcher.markers().length]).toEqual([undefined, 1]);
  });

  test('after the end changes nothing', async () => {
    const launcher = await posted();
    await launcher.store.create(helloObjects.outcome, writeOutcome(makeOutcome()), { signal });
    const calls: string[] = [];
    launcher.setFault(recorded(calls));
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'ended', run } });
    expect(calls.filter(call => !/^(list|read|readKnown) runs/.test(call))).toEqual([]);
  });

  test('of a task that was rejected changes nothing', async () => {
    const launcher = new Launcher();
    await launcher.deliver({ ...helloTask, image: 7 });
    const before = launcher.outcome();
    expect(await launcher.deliver(cancel, 'c1')).toMatchObject({ result: { end: 'ended' } });
    expect(launcher.outcome()).toEqual(before);
  });

  test('between two attempts: the second never begins', async () => {
    const launcher = await posted();
    const retry = { try_number: 2, at: '2026-11-23T10:05:00.000Z', budget: 'user' } as const;
    const failed = makeOutcome({ state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1, retry });
    await launcher.store.create(helloObjects.outcome, writeOutcome(failed), { signal });
    const { scope } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '').record;
    await launcher.store.create(openMarker(scope, secondAttempt), '{}', { signal });
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'cancelled', run } });
    expect(launcher.outcome(secondAttempt)).toMatchObject({ state: 'cancelled', try_number: 2 });
    expect(launcher.markers()).toEqual([openMarker(scope, helloAttempt)]);
    const again = { kind: 'retry', dag_id: 'd', run_id: 'r', task_id: 'hello', try_number: 2 };
    expect(await launcher.deliver(again, 'x')).toMatchObject({ result: { end: 'ended' } });
    expect(launcher.pods.created).toHaveLength(1);
  });

  test('with on_kill_action keep_pod: the outcome at once, and the Pod stays', async () => {
    const launcher = await posted();
    const text = launcher.store.text(helloObjects.launch) ?? '';
    const claim = JSON.parse(text);
    claim.record.on_kill_action = 'keep_pod';
    await launcher.store.remove(helloObjects.launch, { signal });
    await launcher.store.create(helloObjects.launch, JSON.stringify(claim), { signal });
    expect(await launcher.deliver(cancel, 'c1')).toMatchObject({ result: { end: 'cancelled' } });
    expect(await podIn(launcher)).toBeDefined();
    expect(launcher.outcome()?.summary).toBe(
      'The run was cancelled; its Pod goes on, as on_kill_action says.',
    );
    expect(launcher.markers()).toEqual([]);
  });

  test('a message that is none is rejected with every problem, and filed under its id', async () => {
    const launcher = new Launcher();
    const bad = { kind: 'cancle', task_id: 'hello', force: true };
    expect(await launcher.deliver(bad, 'c1')).toEqual({
      status: 204,
      result: { end: 'rejected', reason: 'invalid_task', problems: 3 },
    });
    expect(launcher.rejectedMessage('c1')?.map(({ path }) => path)).toEqual(['force', 'kind', 'run_id']);
  });
});

describe('cancel and launch at once', () => {
  /** Delivers `first`; at its step-th call, before or after it, `second` is delivered from beginning to end. */
  async function interleaved(
    launcher: Launcher,
    [first, second]: readonly [() => Promise<unknown>, () => Promise<unknown>],
    step: number,
    moment: 'before' | 'after',
  ): Promise<boolean> {
    let count = -1;
    let isOver = false;
    launcher.setFault(async (_, at) => {
      if (isOver || at !== moment) return;
      count++;
      if (count !== step) return;
      isOver = true;
      await second();
    });
    await first();
    launcher.setFault(undefined);
    return isOver;
  }

  const moments = ['before', 'after'] as const;
  const orders = ['the launch is interrupted', 'the cancel is interrupted'] as const;
  test.each(orders.flatMap(order => moments.map(moment => ({ order, moment }))))(
    '$order $moment any of its calls: no Pod is left that nobody ends',
    async ({ order, moment }) => {
      let steps = 0;
      for (; ; steps++) {
        const launcher = new Launcher();
        const both = [() => launcher.deliver(helloTask, 'm1'), () => launcher.deliver(cancel, 'c1')] as const;
        const wasLast = !(await interleaved(
          launcher,
          order === 'the launch is interrupted' ? both : [both[1], both[0]],
          steps,
          moment,
        ));
        if (wasLast) break;
        // Deliveries may fail in between and come again.
        await launcher.deliver(helloTask, 'm1');
        await launcher.deliver(cancel, 'c1');
        expect(await podIn(launcher), `step ${steps}`).toBeUndefined();
        const outcome = launcher.outcome();
        if (outcome !== undefined) expect(outcome.state).toBe('cancelled');
        else expect(launcher.store.text(helloObjects.cancel)).toBeDefined();
        expect(launcher.markers().length).toBe(outcome === undefined ? 1 : 0);
      }
      expect(steps).toBeGreaterThan(4);
    },
  );

  test('a cancel that dies at any call is finished by the next delivery', async () => {
    for (const make of [() => posted(), () => claimed(), async () => new Launcher()]) {
      for (const moment of moments) {
        for (let step = 0; step < 12; step++) {
          const launcher = await make();
          launcher.setFault(killedAt(step, moment));
          await launcher.deliver(cancel, 'c1');
          launcher.setFault(undefined);
          expect((await launcher.deliver(cancel, 'c1')).status).toBe(204);
          expect(await podIn(launcher)).toBeUndefined();
          const isEnded = launcher.outcome()?.state === 'cancelled';
          expect(isEnded || launcher.store.text(helloObjects.cancel) !== undefined).toBe(true);
          expect(launcher.store.names()).not.toContain(second.launch);
        }
      }
    }
  });
});
