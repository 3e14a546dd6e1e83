import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptObjects,
  attemptPrefix,
  encodeSegment,
  leaseObject,
  longestObjectNameBytes,
  maxObjectNameBytes,
  openMarker,
  openPrefix,
  parseAttemptObject,
  rejectedObject,
  runPrefix,
} from '../../shared/object-names.ts';
import { anyAttempt, anyId } from './arbitrary.ts';

const attempt = { dagId: 'd', runId: 'r/1', taskId: 't', tryNumber: 2 };
const folder = 'runs/dag_id=d/run_id=r%2F1/task_id=t/';

describe('encodeSegment', () => {
  test.each([
    ['plain-Id_1.~', 'plain-Id_1.~'],
    ['a/b', 'a%2Fb'],
    ["!'()*", '%21%27%28%29%2A'],
    ['scheduled__2026-01-01T00:00:00+00:00', 'scheduled__2026-01-01T00%3A00%3A00%2B00%3A00'],
    ['日本', '%E6%97%A5%E6%9C%AC'],
    ['...', '...'],
    ['%', '%25'],
  ])('%s becomes %s', (id, expected) => {
    expect(encodeSegment(id)).toBe(expected);
  });

  test.each(['', '.', '..', '\ud800', 'a\udc00b'])('%j is refused', id => {
    expect(() => encodeSegment(id)).toThrow(RangeError);
  });

  test('leaves only characters that neither a path, a URL nor a shell reads otherwise, and loses nothing', () => {
    fc.assert(
      fc.property(anyId, id => {
        expect(encodeSegment(id)).toMatch(/^[A-Za-z0-9%_.~-]+$/);
        expect(decodeURIComponent(encodeSegment(id))).toBe(id);
      }),
    );
  });
});

describe('names of objects', () => {
  test('of an attempt', () => {
    const prefix = `${folder}attempt=2/`;
    expect(runPrefix(attempt)).toBe(folder);
    expect(attemptPrefix(attempt)).toBe(prefix);
    const { log, segment, segments, ...fixed } = attemptObjects(attempt);
    expect(fixed).toEqual({
      launch: `${prefix}launch.json`,
      pod: `${prefix}pod.json`,
      podFinal: `${prefix}pod.final.json`,
      running: `${prefix}running.json`,
      xcom: `${prefix}return.json`,
      cancel: `${prefix}cancel.json`,
      stop: `${prefix}stop.json`,
      outcome: `${prefix}outcome.json`,
      logs: `${prefix}logs/`,
    });
    expect(log('base')).toBe(`${prefix}logs/base.log`);
    expect(segments('base')).toBe(`${prefix}logs/base/`);
    expect(segment('base', 7)).toBe(`${prefix}logs/base/000007.log`);
  });

  test('of an attempt of a mapped task', () => {
    expect(attemptPrefix({ ...attempt, mapIndex: 0 })).toBe(`${folder}map_index=0/attempt=2/`);
  });

  test('of markers, leases and rejected messages', () => {
    expect(openPrefix('main-abc-0')).toBe('open/main-abc-0/');
    expect(openMarker('main-abc-0', attempt)).toBe(
      'open/main-abc-0/dag_id=d/run_id=r%2F1/task_id=t/attempt=2',
    );
    expect(leaseObject('main-abc-0')).toBe('leases/main-abc-0.json');
    expect(rejectedObject('12/3')).toBe('rejected/12%2F3.json');
  });

  test('segments sort in the order of their numbers', () => {
    const { segment } = attemptObjects(attempt);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_998 }), number => {
        expect(segment('base', number) < segment('base', number + 1)).toBe(true);
      }),
    );
  });
});

describe('parseAttemptObject', () => {
  test('takes every name of an attempt apart again', () => {
    fc.assert(
      fc.property(anyAttempt, anyId, (any, container) => {
        const objects = attemptObjects(any);
        expect(parseAttemptObject(objects.outcome)).toEqual({ attempt: any, rest: 'outcome.json' });
        expect(parseAttemptObject(objects.segment(container, 1))).toEqual({
          attempt: any,
          rest: `logs/${encodeSegment(container)}/000001.log`,
        });
        expect(parseAttemptObject(openMarker('scope-0', any))).toEqual({ attempt: any, rest: '' });
      }),
    );
  });

  test.each([
    'leases/x.json',
    'rejected/1.json',
    folder,
    'runs/dag_id=d/run_id=r/attempt=1/outcome.json',
    'runs/dag_id=d/run_id=r/task_id=t/attempt=x/outcome.json',
    'runs/dag_id=d/run_id=r/task_id=t/attempt=1x',
    'runs/dag_id=d/run_id=r/task_id=t/attempt=1234567/outcome.json',
    'runs/dag_id=d/run_id=r/task_id=t/map_index=1234567890/attempt=1/',
    'runs/dag_id=%/run_id=r/task_id=t/attempt=1/outcome.json',
    'x/runs/dag_id=d/run_id=r/task_id=t/attempt=1/outcome.json',
    'open/dag_id=d/run_id=r/task_id=t/attempt=1',
    'open/a/b/dag_id=d/run_id=r/task_id=t/attempt=1',
  ])('%s is no object of an attempt', name => {
    expect(parseAttemptObject(name)).toBeUndefined();
  });
});

test('longestObjectNameBytes is not exceeded by any object of the attempt', () => {
  fc.assert(
    fc.property(anyAttempt, any => {
      const objects = attemptObjects(any);
      const container = 'c'.repeat(63);
      const names = [objects.segment(container, 999_999), objects.log(container), objects.launch];
      const longest = Math.max(...names.map(name => Buffer.byteLength(name)));
      expect(longest).toBeLessThan(longestObjectNameBytes(any));
      expect(longestObjectNameBytes(any) - longest).toBe('composed/99/'.length);
    }),
  );
  expect(maxObjectNameBytes).toBe(1_024);
});
