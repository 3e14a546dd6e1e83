import { expect, test } from 'vitest';
import { attemptObjects, rejectedObject } from '../../../shared/object-names.ts';
import { stateEvent } from '../../../shared/state-event.ts';
import { eachFinds, judge } from './each-finds.ts';
import { idealEvidence, timeOf } from './ideal-evidence.ts';
import { strayAttempt } from './read-runs.ts';
import { sampleOf } from './sample-tasks.ts';
import type { Tamper } from './tamper.ts';

const stray = rejectedObject('901');
const ran = { dagId: 'chaos', runId: 'r', taskId: 'rejected', tryNumber: 1 };
/** As it were if it was valid. */
const ranTask = { ...sampleOf('rejected'), fate: undefined };
const closed = JSON.stringify({ version: 1, message_id: '1', claimed_at: timeOf(1, 0), rejected: true });
const edit = (it: Tamper, name: string, change: object): Tamper =>
  it.edit(name, text => JSON.stringify({ ...JSON.parse(text), ...change }));

eachFinds('strays are kept', [
  ['one that is not filed', ['done'], it => it.remove(stray), 'message 901', 'it is not in rejected/'],
  [
    'one that is filed under the id of another',
    ['done'],
    it => edit(it, stray, { message_id: '902' }),
    'message 901',
    'it is filed as message 902',
  ],
  [
    'one of which nothing is told',
    ['done'],
    it => edit(it, stray, { problems: [] }),
    'message 901',
    'nothing tells what is wrong with it',
  ],
  [
    'one that is not announced',
    ['done'],
    it => {
      it.evidence.events = it.evidence.events.filter(({ attributes }) => attributes.run_id !== '901');
    },
    'message 901',
    'no event tells that it is rejected',
  ],
]);

eachFinds('events are true', [
  [
    'another end of a message that names no run',
    ['done'],
    it => {
      const end = { state: 'failed', reason: 'exit_code', class: 'user', exitCode: 1 } as const;
      const change = {
        attempt: strayAttempt('901'),
        ...end,
        summary: '',
        at: '2026-01-01T00:00:05.000Z',
        bucket: 'b',
      };
      const { data, attributes = {} } = stateEvent(change);
      it.evidence.events.push({ data, attributes });
    },
    'default/901/ try 1',
    'an event tells failed, exit_code, user, 1 of a message that names no run',
  ],
]);

eachFinds('nothing left', [
  [
    'a message that is filed twice',
    ['done'],
    it => it.put(rejectedObject('903'), '{}'),
    'rejected/903.json',
    'a message was rejected',
  ],
  [
    'a sight of a Pod that never was',
    ['rejected'],
    it => it.put(it.names.pod, JSON.stringify({ uid: '', name: 'p' })),
    'chaos/r/rejected try 1',
    'the object pod.json is left',
  ],
]);

eachFinds('I2 claim before POST', [
  [
    'a Pod of a task that is not valid',
    ['rejected'],
    it => it.call('create', timeOf(1, 1)),
    'Pod rejected-pod-1',
    'it was made, and no claim names it',
  ],
  [
    'a place that is taken from a task that is valid',
    ['fake'],
    it =>
      it
        .remove(it.names.pod, it.names.running)
        .put(it.names.launch, closed)
        .outcome({ pod: null, containers: [], started_at: null })
        .forgetPod(),
    'chaos/r/fake try 1',
    'launch.json holds the place of a task that was to be launched',
  ],
]);

eachFinds('end as expected', [
  [
    'a rejection for another reason',
    ['rejected'],
    it => it.ending({ reason: 'policy_refused' }),
    'chaos/r/rejected try 1',
    'it is rejected (policy_refused, config, exit code null), expected rejected (invalid_task, config, exit code null)',
  ],
]);

eachFinds('problems are told', [
  [
    'a rejection that says nothing',
    ['rejected'],
    it => it.outcome({ problems: [] }),
    'chaos/r/rejected try 1',
    'nothing tells what is wrong with it',
  ],
  [
    'a success that has problems',
    ['done'],
    it => it.outcome({ problems: [{ path: '', message: 'x' }] }),
    'chaos/r/done try 1',
    'it is success, and has 1 problems',
  ],
]);

eachFinds('I6 told at least once', [
  [
    'a rejection that nobody was told of',
    ['rejected'],
    it => it.untell('rejected'),
    'chaos/r/rejected try 1',
    'no event tells that it is rejected',
  ],
]);

test('a task that is not valid and has run breaks two rules', () => {
  const claim = String(idealEvidence([ranTask]).objects.get(attemptObjects(ran).launch));
  const found = judge(['rejected'], it =>
    it
      .put(it.names.launch, claim)
      .ending({ state: 'success', reason: 'completed', class: 'none', exit_code: 0, problems: undefined }),
  );
  expect(found.map(({ rule, detail }) => [rule, detail])).toEqual([
    ['I2 claim before POST', 'launch.json names the Pod rejected-pod-1 of a task that is not valid'],
    [
      'end as expected',
      'it is success (completed, none, exit code 0), expected rejected (invalid_task, config, exit code null)',
    ],
  ]);
});
