import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type EndedAttempt, planRetry, type Retries, spendRetry } from '../../shared/retries.ts';

const nowMs = Date.parse('2026-11-23T10:00:00Z');
const retries: Retries = {
  left: 2,
  infrastructure_left: 3,
  delay_seconds: 60,
  exponential_backoff: false,
  max_delay_seconds: null,
  retry_on: null,
  no_retry_on: [],
};
const failed: EndedAttempt = {
  dag_id: 'd',
  run_id: 'r',
  task_id: 't',
  try_number: 1,
  state: 'failed',
  class: 'user',
  reason: 'exit_code',
  exit_code: 3,
};
const inSeconds = (seconds: number): string => new Date(nowMs + seconds * 1_000).toISOString();
const user = (seconds: number, tryNumber = 2) => ({
  try_number: tryNumber,
  at: inSeconds(seconds),
  budget: 'user',
});
const infrastructure = (seconds: number, tryNumber = 2) => ({
  try_number: tryNumber,
  at: inSeconds(seconds),
  budget: 'infrastructure',
});
const evicted = { class: 'infrastructure', reason: 'node_lost', exit_code: null } as const;

describe('planRetry', () => {
  const cases: [string, Partial<Retries>, Partial<EndedAttempt>, unknown][] = [
    ['a failure of the task uses a user retry', {}, {}, user(60)],
    ['the next number follows the last', {}, { try_number: 4 }, user(60, 5)],
    ['no retries left', { left: 0 }, {}, undefined],
    ['fewer than none left', { left: -1 }, {}, undefined],
    ['a delay of nothing', { delay_seconds: 0 }, {}, user(0)],
    ['a delay above the cap', { max_delay_seconds: 10 }, {}, user(10)],
    ['a delay above a day', { delay_seconds: 100_000 }, {}, user(86_400)],
    ['a cap above a day', { delay_seconds: 100_000, max_delay_seconds: 90_000 }, {}, user(86_400)],
    ['infrastructure has its own budget', {}, evicted, infrastructure(10)],
    ['and its own delays', {}, { ...evicted, try_number: 3 }, infrastructure(40, 4)],
    ['that end at five minutes', {}, { ...evicted, try_number: 9 }, infrastructure(300, 10)],
    ['even without user retries', { left: 0 }, evicted, infrastructure(10)],
    ['beyond it the user retries are used', { infrastructure_left: 0 }, evicted, user(60)],
    ['until there is none of both', { infrastructure_left: 0, left: 0 }, evicted, undefined],
    ['retry_on by exit code', { retry_on: [3] }, {}, user(60)],
    ['retry_on by class', { retry_on: ['user'] }, {}, user(60)],
    ['retry_on by reason', { retry_on: ['oom_killed', 'exit_code'] }, {}, user(60)],
    ['retry_on that names others', { retry_on: [4, 'capacity'] }, {}, undefined],
    ['retry_on that names nothing', { retry_on: [] }, {}, undefined],
    ['retry_on does not take the infrastructure budget away', { retry_on: [4] }, evicted, infrastructure(10)],
    ['no_retry_on by exit code', { no_retry_on: [3] }, {}, undefined],
    ['no_retry_on by class', { no_retry_on: ['user'] }, {}, undefined],
    ['no_retry_on wins over retry_on', { retry_on: [3], no_retry_on: ['exit_code'] }, {}, undefined],
    ['no_retry_on holds for infrastructure too', { no_retry_on: ['infrastructure'] }, evicted, undefined],
    ['no_retry_on that names others', { no_retry_on: [4, 'lost'] }, {}, user(60)],
    ['a success', {}, { state: 'success', class: 'none', reason: 'completed', exit_code: 0 }, undefined],
    ['a skip', {}, { state: 'skipped', class: 'none' }, undefined],
    ['a rejected task', {}, { state: 'rejected', class: 'config' }, undefined],
    ['a cancelled run', {}, { state: 'cancelled', class: 'cancelled' }, undefined],
    ['a Pod that somebody deleted', {}, { class: 'cancelled', reason: 'pod_deleted' }, undefined],
  ];
  test.each(cases)('%s', (_, of, ended, expected) => {
    expect(planRetry({ ...retries, ...of }, { ...failed, ...ended }, nowMs)).toEqual(expected);
  });

  test('an attempt from before there were retries is over', () => {
    expect(planRetry(undefined, failed, nowMs)).toBeUndefined();
  });

  test('backs off to twice the delay for each try, and spreads over as much again', () => {
    const backing = { ...retries, exponential_backoff: true };
    const delays = [1, 2, 3, 20].map(tryNumber => {
      const at = planRetry(backing, { ...failed, try_number: tryNumber }, nowMs)?.at ?? '';
      return (Date.parse(at) - nowMs) / 1_000;
    });
    expect(delays).toEqual([84, 161, 429, 86_400]);
  });

  property.prop([fc.integer({ min: 0, max: 3_600 }), fc.integer({ min: 1, max: 60 }), fc.string()])(
    'backs off within its bounds, and always to the same time',
    (delay, tryNumber, taskId) => {
      const backing = {
        ...retries,
        delay_seconds: delay,
        exponential_backoff: true,
        max_delay_seconds: 7_200,
      };
      const ended = { ...failed, try_number: tryNumber, task_id: taskId };
      const at = planRetry(backing, ended, nowMs)?.at ?? '';
      const least = Math.max(1, delay) * 2 ** (tryNumber - 1);
      const seconds = (Date.parse(at) - nowMs) / 1_000;
      expect(seconds).toBeGreaterThanOrEqual(Math.min(least, 7_200));
      expect(seconds).toBeLessThanOrEqual(Math.min(2 * least, 7_200));
      expect(planRetry(backing, ended, nowMs)?.at).toBe(at);
    },
  );
});

test.each([
  ['user', { ...retries, left: 1 }],
  ['infrastructure', { ...retries, infrastructure_left: 2 }],
] as const)('spendRetry takes one from the %s budget', (budget, expected) => {
  expect(spendRetry(retries, budget)).toEqual(expected);
});
