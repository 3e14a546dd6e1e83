import { describe, expect, test } from 'vitest';
import { readLogQuery } from '../../../../local/pods/api/log-route.ts';
import { ApiRefusal } from '../../../../local/pods/api/status.ts';

const now = Date.parse('2026-11-23T10:00:00.900Z');
const read = (query: string) => readLogQuery(new URLSearchParams(query), 'pod', now);
const plain = { follow: false, timestamps: false };

describe('readLogQuery', () => {
  test.each([
    ['', plain],
    ['follow=true&timestamps=true', { follow: true, timestamps: true }],
    ['follow=1&timestamps=false', { follow: true, timestamps: false }],
    ['tailLines=0&limitBytes=5', { ...plain, tailLines: 0, limitBytes: 5 }],
    ['sinceTime=2026-11-23T09:59:58.999999999Z', { ...plain, sinceSecond: '2026-11-23T09:59:58' }],
    ['sinceTime=2026-11-23T10:59:58%2B01:00', { ...plain, sinceSecond: '2026-11-23T09:59:58' }],
    ['sinceSeconds=60', { ...plain, sinceSecond: '2026-11-23T09:59:00' }],
  ])('reads %j', (query, expected) => {
    expect(read(query)).toEqual(expected);
  });

  test.each([
    [
      'tailLines=-1',
      422,
      'PodLogOptions "pod" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['limitBytes=x', 400, 'limitBytes: "x" is not a whole number'],
    ['sinceTime=yesterday', 400, 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse'],
    [
      'sinceTime=2026-13-45T00:00:00Z',
      400,
      'parsing time "2026-13-45T00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse',
    ],
  ])('refuses %j with %j', (query, code, message) => {
    let refusal: unknown;
    try {
      read(query);
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof ApiRefusal)) throw new Error('was not refused');
    expect([refusal.status.code, refusal.status.message]).toEqual([code, message]);
  });
});
