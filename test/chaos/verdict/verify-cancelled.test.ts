import { describe, expect, test } from 'vitest';
import { eachFinds, judge } from './each-finds.ts';
import { timeOf } from './ideal-evidence.ts';
import { podFinal, type Tamper } from './tamper.ts';

const cancelled = { state: 'cancelled', reason: 'cancelled', class: 'cancelled', exit_code: null } as const;
const done = { state: 'success', reason: 'completed', class: 'none', exit_code: 0 } as const;
const closed = { version: 1, message_id: '2', claimed_at: timeOf(1, 0), rejected: true, cancelled: true };

/** Its Pod was deleted while it ran. */
const whileItRan = (it: Tamper): Tamper =>
  it.put(it.names.cancel, '{}').ending(cancelled).call('delete', timeOf(1, 3), { status: 200 });
/** Its attempt was cancelled before anybody had claimed it. */
const beforeItCame = (it: Tamper): Tamper =>
  it
    .remove(it.names.pod, it.names.running)
    .untell('queued', 'running')
    .put(it.names.launch, JSON.stringify(closed))
    .ending({ ...cancelled, pod: null, containers: [], started_at: null })
    .forgetPod();
/** It was claimed, and its Pod came after its end, or not at all. */
const beforeItsPod = (it: Tamper): Tamper =>
  it.put(it.names.cancel, '{}').ending({ ...cancelled, pod: null, containers: [], started_at: null });

describe('nothing is found', () => {
  test.each<[what: string, taskId: string, plant: (it: Tamper) => unknown]>([
    ['where a cancellation came before the task', 'perhaps', beforeItCame],
    ['where it came before the Pod', 'perhaps', beforeItsPod],
    ['where it came while the Pod ran', 'perhaps', whileItRan],
    [
      'where it came to a Pod that ended within its grace period',
      'perhaps',
      it => whileItRan(it).ending({ exit_code: 0 }),
    ],
    ['where it came while the end was on its way', 'perhaps', it => it.put(it.names.cancel, '{}')],
    [
      'where a Pod came that ran after the end of its attempt, and printed',
      'cancelled',
      it =>
        it
          .remove(it.names.log('base'))
          .ending({ exit_code: null, pod: null, containers: [], started_at: null }),
    ],
    [
      'where it came after a failure was seen, and before that was written down',
      'cancelled',
      it => it.put(it.names.podFinal, podFinal),
    ],
    [
      'where it came then, and took the Pod away before the last look at it',
      'cancelled',
      it => it.put(it.names.podFinal, podFinal.replace('true', 'false')),
    ],
    [
      'where a Pod was deleted from outside before',
      'cancelled',
      it =>
        it.deletedFromOutside().remove(it.names.cancel).ending({ state: 'failed', reason: 'pod_deleted' }),
    ],
  ])('%s', (_, taskId, plant) => {
    expect(judge([taskId], plant)).toEqual([]);
  });
});

eachFinds('cancelled in time', [
  [
    'a run that has ended although it was cancelled long before',
    ['cancelled'],
    it => it.ending(done).outcome({ retry: undefined }).call('delete', timeOf(1, 6)).forgetPod(),
    'chaos/r/cancelled',
    'its last attempt is success (completed)',
  ],
]);

eachFinds('end as expected', [
  [
    'a cancellation with an exit code of nobody',
    ['perhaps'],
    it => whileItRan(it).ending({ exit_code: 1 }),
    'chaos/r/perhaps try 1',
    'it is cancelled (cancelled, cancelled, exit code 1), expected success (completed, none, exit code 0)',
  ],
  [
    'an exit code without a Pod',
    ['perhaps'],
    it => beforeItsPod(it).ending({ exit_code: 0 }),
    'chaos/r/perhaps try 1',
    /^it is cancelled \(cancelled, cancelled, exit code 0\)/,
  ],
  [
    'a failure of a run that was to be cancelled or to succeed',
    ['perhaps'],
    it =>
      it
        .put(it.names.podFinal, podFinal)
        .ending({ state: 'failed', reason: 'exit_code', class: 'user', exit_code: 1 }),
    'chaos/r/perhaps try 1',
    /^it is failed \(exit_code, user, exit code 1\)/,
  ],
]);

test('a retry of what was cancelled breaks two rules', () => {
  const retry = { try_number: 2, at: timeOf(1, 7), budget: 'user' } as const;
  expect(judge(['cancelled'], it => it.ending({ retry })).map(({ rule, detail }) => [rule, detail])).toEqual([
    ['I5 every run ends', `attempt 2 is due at ${timeOf(1, 7)}, and is not there`],
    ['retries as expected', 'the next attempt planned is 2 user, expected none'],
  ]);
});

test('a cancellation of a run that nobody has cancelled breaks two rules', () => {
  expect(judge(['fake'], whileItRan).map(({ rule, detail }) => [rule, detail])).toEqual([
    [
      'end as expected',
      'it is cancelled (cancelled, cancelled, exit code null), expected success (completed, none, exit code 0)',
    ],
    ['nothing left', 'the object cancel.json is left'],
  ]);
});

eachFinds('I3 outcome before deletion', [
  [
    'a cancellation that nothing was written of',
    ['perhaps'],
    it => whileItRan(it).remove(it.names.cancel),
    'chaos/r/perhaps try 1',
    'it was stopped, and there is no cancel.json',
  ],
  [
    'a success whose Pod was deleted while it ran',
    ['perhaps'],
    it => whileItRan(it).ending(done),
    'chaos/r/perhaps try 1',
    /^its Pod was deleted at 2026-01-01T00:00:03.000Z/,
  ],
]);

eachFinds('I2 claim before POST', [
  [
    'a success whose place was taken by a cancellation',
    ['perhaps'],
    it => beforeItCame(it).ending(done),
    'chaos/r/perhaps try 1',
    'launch.json says that it is cancelled, and it is success',
  ],
  [
    'a place that is taken as cancelled from a task that is not valid',
    ['rejected'],
    it => it.put(it.names.launch, JSON.stringify(closed)),
    'chaos/r/rejected try 1',
    'launch.json holds the place of a task that was to be launched',
  ],
  [
    'a Pod of a task that was cancelled before it came',
    ['perhaps'],
    it => beforeItCame(it).call('create', timeOf(1, 1)),
    'Pod perhaps-pod-1',
    'it was made, and no claim names it',
  ],
]);

eachFinds('nothing left', [
  [
    'a wish to cancel what was cancelled before it came',
    ['perhaps'],
    it => beforeItCame(it).put(it.names.cancel, '{}'),
    'chaos/r/perhaps try 1',
    'the object cancel.json is left',
  ],
]);

eachFinds('Pods gone by policy', [
  [
    'a Pod that came after the end of its attempt, and stays',
    ['perhaps'],
    it => beforeItsPod(it).evidence.pods.push(it.pod),
    'chaos/r/perhaps try 1',
    'its Pod perhaps-pod-1 is still there',
  ],
]);

eachFinds('I6 told at least once', [
  [
    'a cancellation that nobody was told of',
    ['cancelled'],
    it => it.untell('cancelled'),
    'chaos/r/cancelled try 1',
    'no event tells that it is cancelled',
  ],
]);

eachFinds('log as printed', [
  [
    'a cancelled log that is not the beginning',
    ['cancelled'],
    it => {
      it.remove(it.names.segment('base', 1), it.names.segment('base', 2)).edit(it.names.log('base'), text =>
        text.replace('1.1.1', '1.1.9'),
      );
    },
    'chaos/r/cancelled try 1',
    /^base: (\d+) bytes instead of \1, the first other one is number \d+, in line 1$/,
  ],
]);

eachFinds('I8 every Pod has a deadline', [
  [
    'a last look at a Pod of a cancelled attempt that had no deadline',
    ['cancelled'],
    it => it.put(it.names.podFinal, podFinal.replace('active', 'in')),
    'chaos/r/cancelled try 1',
    'its Pod had no activeDeadlineSeconds',
  ],
]);
