import { describe, expect, test } from 'vitest';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { writeOutcome } from '../../../shared/outcome.ts';
import { helloAttempt, helloObjects, helloTask, Launcher } from './launcher.ts';
import { makeOutcome } from './make-outcome.ts';

const signal = new AbortController().signal;
const key = { dag_id: 'd', run_id: 'r', task_id: 'hello' };
const cancel = { kind: 'cancel', ...key };
const retry = { kind: 'retry', ...key, try_number: 2 };
const run = 'd/r/hello';
const secondAttempt = { ...helloAttempt, tryNumber: 2 };
const second = attemptObjects(secondAttempt);
const planned = { try_number: 2, at: '2026-11-23T10:00:00.000Z', budget: 'user' } as const;
const failed = makeOutcome({
  state: 'failed',
  reason: 'exit_code',
  class: 'user',
  exit_code: 1,
  retry: planned,
});

/** What a Turn does when a Pod has failed by itself and the task has a retry left: marker, outcome, the Pod goes. */
async function failByItself(launcher: Launcher): Promise<void> {
  const { scope } = JSON.parse(launcher.store.text(helloObjects.launch) ?? '').record;
  await launcher.store.create(openMarker(scope, secondAttempt), '{}', { signal });
  await launcher.store.create(helloObjects.outcome, writeOutcome(failed), { signal });
  launcher.pods.clear();
  await launcher.store.remove(openMarker(scope, helloAttempt), { signal });
}

async function posted(): Promise<Launcher> {
  const launcher = new Launcher();
  await launcher.deliver(helloTask);
  return launcher;
}

describe('a cancellation that comes while its Pod fails by itself', () => {
  test('keeps the attempt’s own end, and the next one never begins', async () => {
    const launcher = await posted();
    expect(await launcher.deliver(cancel, 'c1')).toEqual({ status: 204, result: { end: 'cancelling', run } });
    await failByItself(launcher);
    expect(await launcher.deliver(retry, 'x')).toEqual({ status: 204, result: { end: 'cancelled', run } });
    expect(launcher.outcome()).toEqual(failed);
    expect(launcher.outcome(secondAttempt)).toMatchObject({ state: 'cancelled', try_number: 2, pod: null });
    expect([launcher.pods.created.length, launcher.markers()]).toEqual([1, []]);
    expect(launcher.states().at(-1)).toBe('r cancelled cancelled');
    const names = launcher.store.names();
    expect(await launcher.deliver(retry, 'y')).toMatchObject({ result: { end: 'cancelled' } });
    expect(launcher.store.names()).toEqual(names);
  });

  test('does not end what somebody asks for after the run was cancelled', async () => {
    const launcher = await posted();
    await launcher.deliver(cancel, 'c1');
    const cancelled = { state: 'cancelled', reason: 'cancelled', class: 'cancelled' } as const;
    await launcher.store.create(helloObjects.outcome, writeOutcome(makeOutcome(cancelled)), { signal });
    expect(await launcher.deliver(retry, 'x')).toMatchObject({ result: { end: 'created' } });
  });

  test.each(['before', 'after'] as const)(
    '%s any of its calls: the run does not go on, whether its retry has begun or not',
    async moment => {
      for (const hasBegun of [true, false]) {
        for (let step = 0, isOver = false; !isOver; step++) {
          const launcher = await posted();
          let count = -1;
          let isDone = false;
          launcher.setFault(async (_, at) => {
            if (isDone || at !== moment || ++count !== step) return;
            isDone = true;
            await failByItself(launcher);
            if (hasBegun) await launcher.deliver(retry, 'x');
          });
          await launcher.deliver(cancel, 'c1');
          launcher.setFault(undefined);
          isOver = !isDone;
          if (isOver) break;
          await launcher.deliver(retry, 'x');
          const isWanted = launcher.store.text(second.cancel) === undefined;
          const state = launcher.outcome(secondAttempt)?.state;
          const pod = launcher.pods.created[1];
          const isThere = pod && (await launcher.pods.read('tasks', pod.metadata.name, signal)) !== undefined;
          expect({ step, goesOn: isWanted && state !== 'cancelled', isThere: isThere ?? false }).toEqual({
            step,
            goesOn: false,
            isThere: false,
          });
        }
      }
    },
  );
});
