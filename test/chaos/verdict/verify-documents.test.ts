import { expect, test } from 'vitest';
import { openMarker } from '../../../shared/object-names.ts';
import type { Outcome } from '../../../shared/outcome.ts';
import { planted } from '../../secrets/planted.ts';
import { eachFinds, judge } from './each-finds.ts';
import { timeOf } from './ideal-evidence.ts';
import { podFinal, type Tamper } from './tamper.ts';

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
const container = (change: Partial<Outcome['containers'][number]>) => (outcome: Outcome) => ({
  containers: outcome.containers.map(it => ({ ...it, ...change })),
});
const stamp = timeOf(1, 2).replace('Z', '.000000001Z');

/** Gives the base container another log, which the outcome tells of; its pieces are taken away. */
const log = (it: Tamper, change: (text: string) => string, gaps = 0): Tamper => {
  const { names } = it;
  it.remove(names.segment('base', 1), names.segment('base', 2)).edit(names.log('base'), change);
  const log_bytes = it.evidence.objects.get(names.log('base'))?.length ?? 0;
  return it.outcome(container({ log_bytes, log_gaps: gaps }));
};

eachFinds('log as printed', [
  [
    'another byte',
    ['done'],
    it => log(it, replace(/1\.1\.2/, '1.1.3')),
    'chaos/r/done try 1',
    /^base: (\d+) bytes instead of \1, the first other one is number \d+, in line 2$/,
  ],
  [
    'a line that is missing',
    ['done'],
    it =>
      log(it, text =>
        text
          .split(/(?<=\n)/)
          .slice(0, 2)
          .join(''),
      ),
    'chaos/r/done try 1',
    /^base: \d+ bytes instead of \d+, the first other one is number \d+, in line 3$/,
  ],
  [
    'a line that came twice',
    ['done'],
    it => log(it, text => `${text.split(/(?<=\n)/)[0]}${text}`),
    'chaos/r/done try 1',
    /^base: \d+ bytes instead of \d+, the first other one is number \d+, in line 2$/,
  ],
  [
    'a line without a time stamp',
    ['done'],
    it => log(it, replace(`\n${stamp}`, '\nx')),
    'chaos/r/done try 1',
    /^base: a line without a time stamp: x 1\.1\.2 /,
  ],
  [
    'an outcome that does not tell of a container',
    ['done'],
    it => it.outcome({ containers: [] }),
    'chaos/r/done try 1',
    'the outcome does not tell of base',
  ],
  [
    'an outcome that tells of no log',
    ['done'],
    it => it.outcome(container({ log: null, log_bytes: 0 })),
    'chaos/r/done try 1',
    'base: its log is null in the outcome',
  ],
  [
    'an outcome that tells of another size',
    ['done'],
    it => it.outcome(container({ log_bytes: 1 })),
    'chaos/r/done try 1',
    /^base: \d+ bytes, 1 in the outcome$/,
  ],
  [
    'a log that is not there',
    ['done'],
    it => it.remove(it.names.log('base'), it.names.segment('base', 1), it.names.segment('base', 2)),
    'chaos/r/done try 1',
    'base: its log is not there',
  ],
  [
    'a log of a container that has none',
    ['fake'],
    it => it.outcome(container({ log: 'x' })),
    'chaos/r/fake try 1',
    'base: it has a log, and should not have one',
  ],
]);

const mark = `${stamp} [taskpod] lines may be missing here\n`;
eachFinds('log gaps', [
  [
    'a gap that the outcome does not tell of',
    ['done'],
    it => log(it, text => `${mark}${text}`),
    'chaos/r/done try 1',
    'base: 1 gaps in the log, 0 in the outcome',
  ],
  [
    'a gap that the log does not show',
    ['done'],
    it => it.outcome(container({ log_gaps: 1 })),
    'chaos/r/done try 1',
    'base: 0 gaps in the log, 1 in the outcome',
  ],
  [
    'a gap, even where no line is missing',
    ['done'],
    it => log(it, text => `${mark}${text}`, 1),
    'chaos/r/done try 1',
    'base: 1 gaps, and its Pod was left in peace',
  ],
]);

eachFinds('I4 nothing is overwritten', [
  [
    'a piece that is not in the log',
    ['done'],
    it => it.edit(it.names.segment('base', 2), text => `${text}x`),
    'chaos/r/done try 1',
    /^base: its pieces give another log: /,
  ],
  [
    'a missing piece',
    ['done'],
    it => it.remove(it.names.segment('base', 1)),
    'chaos/r/done try 1',
    'base: the pieces of its log are 2',
  ],
  [
    'a piece that is missing at the end of a composed log',
    ['done'],
    it => it.remove(it.names.segment('base', 2)),
    'chaos/r/done try 1',
    /^base: its pieces give another log: /,
  ],
  [
    'a piece that is not in a log written at once',
    ['done'],
    it => it.writtenAtOnce('base').edit(it.names.segment('base', 2), text => `${text}x`),
    'chaos/r/done try 1',
    /^base: its pieces give another log: /,
  ],
]);

test('beside a log that a Turn wrote at once, another may have written its beginning', () => {
  const plant = (it: Tamper) => it.writtenAtOnce('base').remove(it.names.segment('base', 2));
  expect(judge(['done'], plant)).toEqual([]);
});

eachFinds('I7 result as written', [
  [
    'another byte',
    ['done'],
    it => it.edit(it.names.xcom, replace('[1', '[2')),
    'chaos/r/done try 1',
    /^return.json: (\d+) bytes instead of \1, the first other one is number 2, in line 1$/,
  ],
  [
    'a result that is missing',
    ['done'],
    it => it.remove(it.names.xcom),
    'chaos/r/done try 1',
    /^the result is missing: \d+ bytes$/,
  ],
  [
    'a result of which the outcome does not tell',
    ['done'],
    it => it.outcome({ xcom: null }),
    'chaos/r/done try 1',
    'the outcome tells of another result: null',
  ],
  [
    'a result of a failure',
    ['retried'],
    it => it.put(it.names.xcom, '1'),
    'chaos/r/retried try 1',
    'there is a return.json, and no result was expected',
  ],
  [
    'an outcome of a failure that names one',
    ['kept'],
    it => it.outcome({ xcom: { object: it.names.xcom, size: 0, sha256: '' } }),
    'chaos/r/kept try 1',
    'the outcome is failed, and names a result',
  ],
  [
    'an outcome that names one where none was wanted',
    ['fake'],
    it => it.outcome({ xcom: { object: it.names.xcom, size: 0, sha256: '' } }),
    'chaos/r/fake try 1',
    'the outcome names a result, and none was expected',
  ],
]);

eachFinds('I6 told at least once', [
  [
    'an end that nobody was told of',
    ['done'],
    it => it.untell('success'),
    'chaos/r/done try 1',
    'no event tells that it is success',
  ],
  [
    'a failure before a retry that nobody was told of',
    ['retried'],
    it => it.untell('up_for_retry'),
    'chaos/r/retried try 1',
    'no event tells that it is up_for_retry',
  ],
  [
    'a start that nobody was told of',
    ['done'],
    it => it.untell('running'),
    'chaos/r/done try 1',
    'no event tells that it is running',
  ],
  [
    'a start that was not recorded',
    ['done'],
    it => it.remove(it.names.running).untell('running'),
    'chaos/r/done try 1',
    'its container has run, and there is no running.json',
  ],
  [
    'an outcome that names another event',
    ['done'],
    it => it.outcome({ events: ['x'] }),
    'chaos/r/done try 1',
    'its outcome names the events x',
  ],
]);

eachFinds('I6 same event, same id', [
  [
    'another id',
    ['done'],
    it => it.tellAgain('queued', { id: '0'.repeat(32) }),
    'chaos/r/done try 1',
    `the event of queued has the id ${'0'.repeat(32)}`,
  ],
  [
    'a repetition in other words',
    ['done'],
    it => it.tellAgain('running', { time: '2026-01-01T00:00:59.000Z' }),
    'chaos/r/done try 1',
    /^the event of running came again as .*"time":"2026-01-01T00:00:59.000Z"/,
  ],
  [
    'attributes of another task',
    ['done'],
    it => it.told('queued').map(({ attributes }) => Object.assign(attributes, { task_id: 'x' })),
    'chaos/r/done try 1',
    /^the attributes of queued are .*\["task_id","x"\]/,
  ],
]);

eachFinds('events are true', [
  [
    'an event of an attempt that is not there',
    ['done', 2],
    it => it.tell('queued'),
    'chaos/r/done try 2',
    'an event tells that it is queued, and it is not there',
  ],
  [
    'another end than that of the outcome, told twice',
    ['done'],
    it => it.tell('failed').tell('failed'),
    'chaos/r/done try 1',
    'an event tells failed, x, none, , its outcome success, completed, none, 0',
  ],
]);

test('an end that is told and not stored breaks two rules', () => {
  expect(judge(['fake'], it => it.remove(it.names.outcome))).toEqual([
    { rule: 'I5 every run ends', subject: 'chaos/r/fake try 1', detail: 'it has no outcome' },
    {
      rule: 'events are true',
      subject: 'chaos/r/fake try 1',
      detail: 'an event tells that it is success, and it has no outcome',
    },
  ]);
});

eachFinds('nothing left', [
  [
    'a marker',
    ['done'],
    it => it.put(openMarker('s', it.attempt), '{}'),
    'open/s/dag_id=chaos/run_id=r/task_id=done/attempt=1',
    'a marker of an attempt without an outcome is left',
  ],
  ['a lease', ['done'], it => it.put('leases/s.json', '{}'), 'leases/s.json', 'a lease is left'],
  [
    'a rejected message',
    ['done'],
    it => it.put('rejected/1.json', '{}'),
    'rejected/1.json',
    'a message was rejected',
  ],
  [
    'an object of a stranger',
    ['done'],
    it => it.put(it.names.launch.replace('run_id=r', 'run_id=q'), '{}'),
    'runs/dag_id=chaos/run_id=q/task_id=done/attempt=1/launch.json',
    'it belongs to no published run',
  ],
  [
    'a piece in between',
    ['done'],
    it => it.put(`${it.names.segments('base')}part/000001-000032.log`, ''),
    'chaos/r/done try 1',
    'the object logs/base/part/000001-000032.log is left',
  ],
  [
    'a wish to end it',
    ['done'],
    it => it.put(it.names.cancel, '{}'),
    'chaos/r/done try 1',
    'the object cancel.json is left',
  ],
]);

eachFinds('I8 every Pod has a deadline', [
  [
    'a failure without its Pod',
    ['kept'],
    it => it.remove(it.names.podFinal),
    'chaos/r/kept try 1',
    'there is no pod.final.json',
  ],
  [
    'a success with its Pod',
    ['done'],
    it => it.put(it.names.podFinal, podFinal),
    'chaos/r/done try 1',
    'it is success, and there is a pod.final.json',
  ],
  [
    'no Pod',
    ['kept'],
    it => it.put(it.names.podFinal, '{}'),
    'chaos/r/kept try 1',
    'pod.final.json holds no Pod',
  ],
  [
    'a part of a Pod',
    ['kept'],
    it => it.put(it.names.podFinal, podFinal.replace('true', 'false')),
    'chaos/r/kept try 1',
    'pod.final.json holds a part of the Pod, and does not say why',
  ],
  [
    'no deadline',
    ['kept'],
    it => it.put(it.names.podFinal, podFinal.replace('active', 'in')),
    'chaos/r/kept try 1',
    'its Pod had no activeDeadlineSeconds',
  ],
]);

test('a part of a Pod is enough where it says that the whole could not be read', () => {
  const why = 'The Pod’s manifest could not be read: no answer';
  const part = JSON.stringify({ ...JSON.parse(podFinal), complete: false, incomplete_because: why });
  const found = judge(['kept'], it => it.put(it.names.podFinal, part));
  expect(found).toEqual([]);
});

eachFinds('I9 no secret leaves', [
  [
    'in an object',
    ['kept'],
    it => it.edit(it.names.podFinal, replace('{"spec"', `{"env":"${planted.envValue}","spec"`)),
    'runs/dag_id=chaos/run_id=r/task_id=kept/attempt=1/pod.final.json',
    /planted-secret-env-value/,
  ],
  [
    'in an event',
    ['done'],
    it => it.told('queued').map(({ attributes }) => Object.assign(attributes, { more: planted.token })),
    'event 1',
    /planted-secret-token/,
  ],
]);
