import { expect, test } from 'vitest';
import { resultText } from '../../cli/result-text.ts';
import type { RunState } from '../../shared/run-state.ts';
import { TextSink } from './test-context.ts';
import { outcomeOf } from './written-attempt.ts';

const run = { dagId: 'd', runId: 'r', taskId: 't' };
const base = outcomeOf({ ...run, tryNumber: 1 });
const sink = new TextSink(false);

function ended(changes: Partial<typeof base>): RunState {
  const outcome = { ...base, ...changes };
  const { state, reason } = outcome;
  return { run, state, reason, ended: true, tryNumber: 1, since: '2026-11-22T10:00:09.500Z', outcome };
}

test('a failure is told with what explains it', () => {
  const state = ended({
    state: 'failed',
    reason: 'exit_code',
    summary: 'The container exited with code 3.',
    detail: 'disk full',
    action: 'Mend it.',
    last_lines: { container: 'base', lines: ['one', 'two'] },
    pod_final: 'pod.final.json',
  });
  expect(resultText(state, '3 s', sink)).toBe(
    [
      'failed d/r/t after 3 s (exit_code)',
      '  The container exited with code 3.',
      '  disk full',
      '  Mend it.',
      '  last lines:',
      '    base | one',
      '    base | two',
      '  manifest:',
      '    pod.final.json',
      '',
    ].join('\n'),
  );
});

test('a rejection is told problem by problem, and none of them twice', () => {
  const problems = [
    { path: 'image', message: 'is required' },
    { path: '', message: 'is too long' },
  ];
  const state = ended({
    state: 'rejected',
    reason: 'invalid_task',
    summary: 'The message is no valid task.',
    detail: 'image: is required; is too long',
    action: 'Mend it.',
    problems,
  });
  expect(resultText(state, '3 s', sink)).toBe(
    [
      'rejected d/r/t after 3 s (invalid_task)',
      '  The message is no valid task.',
      '  image: is required',
      '  is too long',
      '  Mend it.',
      '',
    ].join('\n'),
  );
});

test('a success is one line', () => {
  expect(resultText(ended({}), '3 s', sink)).toBe('success d/r/t after 3 s\n');
});
