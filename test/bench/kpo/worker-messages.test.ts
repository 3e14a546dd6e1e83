import { describe, expect, test } from 'vitest';
import { parseReport, parseStart, parseValue } from '../../../bench/kpo/worker-messages.ts';

const report = {
  id: 'kpo-alone-1',
  execs: 2,
  ended_ms: 3_000.5,
  read_ms: 2_900.25,
  value: { began_ms: 1_000, ended_ms: 2_000 },
  cpu_s: 0.2,
};

test('parseStart reads what the start has used', () => {
  const line = '{"cpu_s": 2.5, "airflow": "3.3.2", "provider": "10.25.0"}';
  expect(parseStart(line)).toEqual({ cpuMs: 2_500, airflow: '3.3.2', provider: '10.25.0' });
});

describe('parseReport', () => {
  test('reads a task that has given its result', () => {
    expect(parseReport(JSON.stringify(report))).toEqual({
      id: 'kpo-alone-1',
      execs: 2,
      cpuMs: 200,
      endedMs: 3_000.5,
      readMs: 2_900.25,
      value: { beganMs: 1_000, endedMs: 2_000 },
    });
  });

  test.each([
    [
      'a failure',
      { id: 'a', error: 'AirflowException: no', cpu_s: 1 },
      /task a failed: AirflowException: no/,
    ],
    ['no result', { ...report, value: null }, /value/],
    ['a time that is none', { ...report, read_ms: 'soon' }, /read_ms/],
  ])('refuses %s', (_, document, problem) => {
    expect(() => parseReport(JSON.stringify(document))).toThrow(problem);
  });

  test('refuses what the worker has not written', () => {
    expect(() => parseReport('Traceback (most recent call last):')).toThrow(SyntaxError);
  });
});

test('parseValue reads the result as its container wrote it', () => {
  expect(parseValue('{"began_ms": 5, "ended_ms": 7}\n')).toEqual({ beganMs: 5, endedMs: 7 });
});
