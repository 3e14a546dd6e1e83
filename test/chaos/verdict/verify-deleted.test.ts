import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../shared/outcome.ts';
import { judge, type Planted } from './each-finds.ts';
import { timeOf } from './ideal-evidence.ts';
import type { Tamper } from './tamper.ts';
import type { Violation } from './verify.ts';

/** What is planted in the evidence of which attempt, whose Pod was deleted from outside, and all that has to be found. */
type Deleted = [
  what: string,
  attempt: Planted[1],
  plant: (it: Tamper) => unknown,
  found: [rule: string, detail: string | RegExp] | 'nothing',
];

const podDeleted = { state: 'failed', reason: 'pod_deleted', class: 'cancelled', exit_code: 137 } as const;
const podLost = { state: 'failed', reason: 'pod_lost', class: 'lost', exit_code: null } as const;
const xcomLost = { state: 'failed', reason: 'xcom_lost', class: 'lost', exit_code: 0 } as const;
const retry = (number: number): Outcome['retry'] => ({
  try_number: number,
  at: timeOf(1, 7),
  budget: 'user',
});

/** The attempt ends otherwise, without a result; so many letters of the log are kept, then perhaps a mark of a gap. */
const ends = (
  it: Tamper,
  end: Partial<Omit<Outcome, 'retry'>> & { retry?: Outcome['retry'] | undefined },
  letters = Number.POSITIVE_INFINITY,
  mark = '',
): Tamper => {
  const { names } = it;
  it.remove(names.xcom, names.segment('base', 1), names.segment('base', 2));
  it.edit(names.log('base'), text => `${text.slice(0, letters)}${mark}`);
  const log_bytes = it.evidence.objects.get(names.log('base'))?.length ?? 0;
  return it.ending({ xcom: null, ...end }).outcome(({ containers }) => ({
    containers: containers.map(container => ({
      ...container,
      log_bytes,
      log_gaps: Number(mark.includes('[taskpod]')),
    })),
  }));
};
/** Within the first line of a log. */
const cut = 150;
const mark = `\n${timeOf(1, 2).replace('Z', '.000000001Z')} [taskpod] the log could not be read to its end: gone\n`;

const deletion = (it: Tamper, second: number): Tamper =>
  it.call('delete', timeOf(1, second), { status: 200, username: 'admin' });

const cases: Deleted[] = [
  ['its end was seen before', ['done'], () => undefined, 'nothing'],
  ['its deletion was seen', ['done'], it => ends(it, podDeleted, cut), 'nothing'],
  [
    'its deletion was seen, its end not',
    ['done'],
    it => ends(it, { ...podDeleted, exit_code: null }),
    'nothing',
  ],
  ['by SIGTERM', ['done'], it => ends(it, { ...podDeleted, exit_code: 143 }, cut), 'nothing'],
  ['it failed as it was to, meanwhile', ['kept'], it => ends(it, { ...podDeleted, exit_code: 4 }), 'nothing'],
  [
    'with an exit code of nobody',
    ['done'],
    it => ends(it, { ...podDeleted, exit_code: 1 }),
    [
      'end as expected',
      'it is failed (pod_deleted, cancelled, exit code 1), expected success (completed, none, exit code 0), or what a deletion makes of it',
    ],
  ],
  ['it was lost', ['done'], it => ends(it, podLost, cut, mark), 'nothing'],
  ['it was lost, and its result is there', ['done'], it => it.ending({ ...podLost, xcom: null }), 'nothing'],
  ['its result was lost', ['done'], it => ends(it, xcomLost), 'nothing'],
  [
    'its result was lost, and it has none',
    ['fake'],
    it => it.ending(xcomLost),
    ['end as expected', /^it is failed \(xcom_lost, lost, exit code 0\)/],
  ],
  [
    'by the infrastructure, which nobody has touched',
    ['done'],
    it => ends(it, { ...podLost, reason: 'node_lost', class: 'infrastructure' }),
    ['end as expected', /^it is failed \(node_lost, infrastructure, exit code null\)/],
  ],
  [
    'its start was never seen',
    ['done'],
    it =>
      ends(it, { ...podDeleted, exit_code: null })
        .remove(it.names.running, it.names.log('base'))
        .untell('running')
        .outcome(({ containers }) => ({
          containers: containers.map(container => ({ ...container, log: null, log_bytes: 0 })),
        })),
    'nothing',
  ],
  ['a retry of a lost Pod', ['retried'], it => ends(it, { ...podLost, retry: retry(2) }), 'nothing'],
  [
    'no retry of a lost Pod',
    ['retried'],
    it => ends(it, { ...podLost, retry: undefined }),
    ['retries as expected', 'the next attempt planned is none, expected 2 user'],
  ],
  [
    'a retry of a deleted Pod',
    ['retried'],
    it => ends(it, { ...podDeleted, retry: retry(2) }),
    ['retries as expected', 'the next attempt planned is 2 user, expected none'],
  ],
  [
    'a log that is not its beginning',
    ['done'],
    it => ends(it, podDeleted, cut, 'x'),
    ['log as printed', /^base: \d+ bytes instead of \d+, the first other one is number \d+, in line 1$/],
  ],
  [
    'a log that is cut, of which nothing tells',
    ['done'],
    it =>
      it
        .remove(it.names.segment('base', 1), it.names.segment('base', 2))
        .edit(it.names.log('base'), text => text.slice(0, cut))
        .outcome(({ containers }) => ({
          containers: containers.map(container => ({ ...container, log_bytes: cut })),
        })),
    ['log as printed', /^base: the outcome does not tell that it is cut: /],
  ],
  [
    'its Pod is still there',
    ['done'],
    it => it.evidence.pods.push(it.pod),
    ['Pods gone by policy', 'its Pod done-pod-1 is still there'],
  ],
  [
    'it was made again, though nobody had seen it',
    ['done'],
    it => deletion(it, 2).call('create', timeOf(1, 3)),
    ['I1 one Pod per attempt', 'its Pod done-pod-1 was made 2 times'],
  ],
  [
    'it was made again, and the first had been bound to no node',
    ['done'],
    it => it.deletedUnbound().call('create', timeOf(1, 3)),
    'nothing',
  ],
  [
    'it was made twice again, and one had been bound to no node',
    ['done'],
    it => deletion(it.deletedUnbound(), 2).call('create', timeOf(1, 3)).call('create', timeOf(1, 4)),
    ['I1 one Pod per attempt', 'its Pod done-pod-1 was made 3 times'],
  ],
  [
    'another was seen than has ended',
    ['done'],
    it => deletion(it, 2).outcome(({ pod }) => ({ pod: pod && { ...pod, uid: 'second' } })),
    ['I1 one Pod per attempt', 'the Pod uid-of-done-pod-1 was seen, and second has ended'],
  ],
];

describe('of an attempt whose Pod was deleted from outside', () => {
  test.each(cases)('%s', (_, attempt, plant, found) => {
    const [taskId, tryNumber = 1] = attempt;
    const subject = `chaos/r/${taskId} try ${tryNumber}`;
    const [rule, detail] = found === 'nothing' ? [] : found;
    const told = typeof detail === 'string' ? detail : expect.stringMatching(detail ?? '');
    const expected: Violation[] = rule === undefined ? [] : [{ rule, subject, detail: told }];
    expect(judge(attempt, it => plant(it.deletedFromOutside()))).toEqual(expected);
  });
});
