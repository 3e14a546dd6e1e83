import { describe, expect, test } from 'vitest';
import { planTasks } from '../tasks/plan-tasks.ts';
import { eachFinds } from './each-finds.ts';
import { idealEvidence, timeOf } from './ideal-evidence.ts';
import { sampleStrays, sampleTasks } from './sample-tasks.ts';
import { podFinal } from './tamper.ts';
import { verify } from './verify.ts';

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
describe('nothing is found', () => {
  test('where everything is as it has to be', () => {
    expect(verify(sampleTasks, idealEvidence(sampleTasks, sampleStrays))).toEqual([]);
  });

  test('of planned tasks', () => {
    const { tasks } = planTasks(3, 150, { realShare: 0.2 });
    expect(verify(tasks, idealEvidence(tasks))).toEqual([]);
  });

  test('where what may come twice comes twice', () => {
    const evidence = idealEvidence(sampleTasks, sampleStrays);
    const posts = evidence.calls.filter(({ verb }) => verb === 'create');
    const dryRun = { status: 201, uri: '/api/v1/namespaces/tasks/pods?dryRun=All' };
    evidence.events.push(...evidence.events);
    evidence.calls.push(...posts.map(call => ({ ...call, status: 409 })));
    evidence.calls.push(...posts.map(call => ({ ...call, ...dryRun })));
    expect(verify(sampleTasks, evidence)).toEqual([]);
  });
});

eachFinds('readable', [
  [
    'an outcome that is cut',
    ['done'],
    it => it.edit(it.names.outcome, text => text.slice(0, 10)),
    'chaos/r/done try 1 outcome.json',
    /^outcome.json is not JSON/,
  ],
  [
    'an event that is none',
    ['done'],
    it => it.evidence.events.unshift({ data: '{}', attributes: {} }),
    'event 1',
    /^event is not valid/,
  ],
  [
    'an outcome of another attempt',
    ['skipped'],
    it => it.outcome({ try_number: 2 }),
    'chaos/r/skipped try 1 outcome.json',
    'it is that of chaos/r/skipped try 2',
  ],
]);

eachFinds('I1 one Pod per attempt', [
  [
    'a Pod that was made twice',
    ['done'],
    it => it.call('create', timeOf(1, 3)),
    'chaos/r/done try 1',
    'its Pod done-pod-1 was made 2 times',
  ],
  [
    'a Pod that was made again after the functions had deleted it',
    ['done'],
    it => it.call('create', timeOf(1, 8)),
    'chaos/r/done try 1',
    'its Pod done-pod-1 was made 2 times',
  ],
  [
    'an end of another Pod than was seen',
    ['done'],
    it => it.outcome(({ pod }) => ({ pod: pod && { ...pod, uid: 'other' } })),
    'chaos/r/done try 1',
    'the Pod uid-of-done-pod-1 was seen, and other has ended',
  ],
  [
    'objects that name two Pods',
    ['done'],
    it => it.edit(it.names.pod, replace('"name":"done-pod-1"', '"name":"x"')),
    'chaos/r/done try 1',
    'its objects name the Pods done-pod-1 and x',
  ],
  [
    'two attempts of one Pod',
    ['retried', 2],
    it => {
      const toFirst = replace(/retried-pod-2/g, 'retried-pod-1');
      it.edit(it.names.launch, toFirst).edit(it.names.pod, toFirst).edit(it.names.outcome, toFirst);
      it.evidence.calls = it.evidence.calls.filter(
        ({ name, verb }) => name !== 'retried-pod-2' && !(name === 'retried-pod-1' && verb === 'delete'),
      );
    },
    'chaos/r/retried try 2',
    'its Pod retried-pod-1 is also that of chaos/r/retried try 1',
  ],
]);

eachFinds('I2 claim before POST', [
  [
    'a Pod that no claim names',
    ['done'],
    it => it.call('create', timeOf(1, 1), { name: 'stranger' }),
    'Pod stranger',
    'it was made, and no claim names it',
  ],
  [
    'an attempt without a claim',
    ['done'],
    it => it.remove(it.names.launch),
    'chaos/r/done try 1',
    'there is no launch.json',
  ],
  [
    'a claim of another task',
    ['done'],
    it => it.edit(it.names.launch, replace('"task":{', '"task":{"image":"x",')),
    'chaos/r/done try 1',
    'launch.json holds another task than was published',
  ],
  [
    'an end of a Pod that was never seen',
    ['done'],
    it => it.remove(it.names.pod),
    'chaos/r/done try 1',
    'its Pod has ended, and there is no pod.json',
  ],
]);

eachFinds('I3 outcome before deletion', [
  [
    'a Pod that the functions deleted while its container ran',
    ['done'],
    it => it.call('delete', timeOf(1, 3), { status: 200 }),
    'chaos/r/done try 1',
    'its Pod was deleted at 2026-01-01T00:00:03.000Z, and its container ended at 2026-01-01T00:00:05.000Z',
  ],
]);

eachFinds('Pods gone by policy', [
  [
    'a Pod that is left',
    ['done'],
    it => it.evidence.pods.push('done-pod-1'),
    'chaos/r/done try 1',
    'its Pod done-pod-1 is still there',
  ],
  [
    'a Pod that was to stay',
    ['kept'],
    it => it.evidence.pods.splice(0),
    'chaos/r/kept try 1',
    'its Pod kept-pod-1 is gone, and was to stay (keep_pod)',
  ],
  [
    'a Pod of nobody',
    ['done'],
    it => it.evidence.pods.push('stranger'),
    'Pod stranger',
    'it is there, and belongs to no attempt',
  ],
]);

eachFinds('I5 every run ends', [
  ['a run of which there is nothing', ['fake'], it => it.forget(), 'chaos/r/fake', 'there is nothing of it'],
  [
    'an attempt without an outcome',
    ['fake'],
    it => it.remove(it.names.outcome).untell('success'),
    'chaos/r/fake try 1',
    'it has no outcome',
  ],
  ['a missing attempt', ['retried', 1], it => it.forget(), 'chaos/r/retried', 'it has the attempts 2'],
  [
    'a retry that is due',
    ['retried', 2],
    it => it.forget(),
    'chaos/r/retried',
    'attempt 2 is due at 2026-01-01T00:00:07Z, and is not there',
  ],
]);

const nodeLost = { reason: 'node_lost', class: 'infrastructure', exit_code: null } as const;
const podDeleted = { reason: 'pod_deleted', class: 'cancelled', exit_code: 137 } as const;
eachFinds('end as expected', [
  [
    'another exit code',
    ['kept'],
    it => it.ending({ exit_code: 5 }),
    'chaos/r/kept try 1',
    'it is failed (exit_code, user, exit code 5), expected failed (exit_code, user, exit code 4)',
  ],
  [
    'another reason',
    ['kept'],
    it => it.ending(nodeLost),
    'chaos/r/kept try 1',
    'it is failed (node_lost, infrastructure, exit code null), expected failed (exit_code, user, exit code 4)',
  ],
  [
    'a deletion of a Pod that nobody has deleted',
    ['kept'],
    it => it.ending(podDeleted),
    'chaos/r/kept try 1',
    'it is failed (pod_deleted, cancelled, exit code 137), expected failed (exit_code, user, exit code 4)',
  ],
  [
    'another state',
    ['skipped'],
    it => it.put(it.names.podFinal, podFinal).ending({ state: 'failed', reason: 'exit_code', class: 'user' }),
    'chaos/r/skipped try 1',
    'it is failed (exit_code, user, exit code 9), expected skipped (skipped_by_exit_code, none, exit code 9)',
  ],
]);
