import { describe, expect, test } from 'vitest';
import { eachFinds, judge } from './each-finds.ts';
import { timeOf } from './ideal-evidence.ts';
import type { Tamper } from './tamper.ts';

/** Keeps so many letters of a log, and perhaps a mark of a gap after them. */
const cutLog = (it: Tamper, letters: number, exit_code: number | null, mark = ''): Tamper => {
  const name = it.names.log('base');
  it.remove(it.names.segment('base', 1), it.names.segment('base', 2));
  it.edit(name, text => `${text.slice(0, letters)}${mark}`);
  const log_bytes = it.evidence.objects.get(name)?.length ?? 0;
  return it.ending({ exit_code }).outcome(({ containers }) => ({
    containers: containers.map(it => ({
      ...it,
      exit_code,
      log_bytes,
      log_gaps: Number(mark.includes('[taskpod]')),
    })),
  }));
};
const mark = `\n${timeOf(1, 2).replace('Z', '.000000001Z')} [taskpod] the log could not be read to its end: gone\n`;

describe('nothing is found', () => {
  test.each<[what: string, taskId: string, plant: (it: Tamper) => unknown]>([
    [
      'where the scheduler has not said why there is no node',
      'no-node',
      it => it.ending({ reason: 'schedule_timeout' }),
    ],
    ['where a container is killed', 'too-long', it => cutLog(it, 150, 137)],
    ['where the end of a container was not seen', 'too-long', it => cutLog(it, 150, null)],
    ['where the end of a log could not be read', 'too-long', it => cutLog(it, 150, 77, mark)],
    [
      'where a Pod that was to be stopped was deleted from outside',
      'too-long',
      it => it.deletedFromOutside().ending({ reason: 'pod_deleted', class: 'cancelled' }),
    ],
  ])('%s', (_, taskId, plant) => {
    expect(judge([taskId], plant)).toEqual([]);
  });
});

eachFinds('end as expected', [
  [
    'a deadline that did not pass',
    ['too-long'],
    it => it.ending({ state: 'failed', reason: 'total_timeout' }),
    'chaos/r/too-long try 1',
    'it is failed (total_timeout, user, exit code 77), expected failed (execution_timeout, user, exit code 77)',
  ],
  [
    'a deadline of another class',
    ['no-start'],
    it => it.ending({ class: 'infrastructure' }),
    'chaos/r/no-start try 1',
    'it is failed (start_timeout, infrastructure, exit code null), expected failed (start_timeout, config, exit code null)',
  ],
  [
    'a schedule deadline with an exit code',
    ['no-node', 2],
    it => it.ending({ reason: 'schedule_timeout', exit_code: 0 }),
    'chaos/r/no-node try 2',
    /^it is failed \(schedule_timeout, capacity, exit code 0\)/,
  ],
  [
    'a start that no scheduler explains',
    ['no-start'],
    it => it.ending({ reason: 'schedule_timeout', class: 'capacity' }),
    'chaos/r/no-start try 1',
    /^it is failed \(schedule_timeout, capacity, exit code null\)/,
  ],
  [
    'a stopped container with an exit code of nobody',
    ['too-long'],
    it => it.ending({ exit_code: 1 }),
    'chaos/r/too-long try 1',
    /^it is failed \(execution_timeout, user, exit code 1\)/,
  ],
]);

eachFinds('retries as expected', [
  [
    'no retry after a schedule deadline',
    ['no-node'],
    it => it.ending({ retry: undefined }),
    'chaos/r/no-node try 1',
    'the next attempt planned is none, expected 2 user',
  ],
]);

eachFinds('I3 outcome before deletion', [
  [
    'a Pod that was stopped, and nothing told why before',
    ['too-long'],
    it => it.remove(it.names.stop),
    'chaos/r/too-long try 1',
    'it was stopped, and there is no stop.json',
  ],
]);

eachFinds('nothing left', [
  [
    'a stop at a deadline that the task has not',
    ['kept'],
    it => it.put(it.names.stop, '{}'),
    'chaos/r/kept try 1',
    'the object stop.json is left',
  ],
]);

eachFinds('log as printed', [
  [
    'a log without its end, of a container that has ended by itself',
    ['too-long'],
    it => cutLog(it, 150, 77),
    'chaos/r/too-long try 1',
    /^base: its container has ended by itself: /,
  ],
  [
    'a line that is missing before the last',
    ['too-long'],
    it => {
      const name = it.names.log('base');
      it.edit(name, text =>
        text
          .split(/(?<=\n)/)
          .filter((_, index) => index !== 1)
          .join(''),
      );
      cutLog(it, Number.POSITIVE_INFINITY, 77);
    },
    'chaos/r/too-long try 1',
    /^base: \d+ bytes instead of \d+, the first other one is number \d+, in line 2$/,
  ],
  [
    'a log that is not the beginning',
    ['too-long'],
    it => cutLog(it, 50, 137, 'x'),
    'chaos/r/too-long try 1',
    /^base: /,
  ],
]);
