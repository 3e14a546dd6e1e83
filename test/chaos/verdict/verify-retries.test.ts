import { expect, test } from 'vitest';
import { eachFinds } from './each-finds.ts';
import { idealEvidence, timeOf } from './ideal-evidence.ts';
import { sampleOf } from './sample-tasks.ts';
import { verify } from './verify.ts';

const rule = 'retries as expected';

eachFinds(rule, [
  [
    'a failure that was not to be the end',
    ['retried'],
    it => it.ending({ retry: undefined }),
    'chaos/r/retried try 1',
    'the next attempt planned is none, expected 2 user',
  ],
  [
    'a retry of the infrastructure',
    ['retried'],
    it => it.outcome({ retry: { try_number: 2, at: timeOf(1, 7), budget: 'infrastructure' } }),
    'chaos/r/retried try 1',
    'the next attempt planned is 2 infrastructure, expected 2 user',
  ],
  [
    'a retry of another number',
    ['retried'],
    it => it.outcome({ retry: { try_number: 3, at: timeOf(1, 7), budget: 'user' } }),
    'chaos/r/retried try 1',
    'the next attempt planned is 3 user, expected 2 user',
  ],
]);

eachFinds('one attempt at a time', [
  [
    'an attempt that begins before the one before has ended',
    ['retried', 2],
    it =>
      it.outcome(({ containers }) => ({
        containers: containers.map(container => ({ ...container, started_at: timeOf(1, 4) })),
      })),
    'chaos/r/retried try 2',
    'it began at 2026-01-01T00:00:04Z, the one before ended at 2026-01-01T00:00:05Z',
  ],
]);

test('a retry of what is never to be tried again', () => {
  const never = sampleOf('never');
  const evidence = idealEvidence([{ ...never, retries: { count: 1, never: [] } }]);
  const detail = 'the next attempt planned is 2 user, expected none';
  expect(verify([never], evidence)).toEqual([{ rule, subject: 'chaos/r/never try 1', detail }]);
});

test('an attempt that nobody has promised', () => {
  const retried = sampleOf('retried');
  const evidence = idealEvidence([retried]);
  // A third attempt, taken from a task that has two failures.
  const longer = idealEvidence([{ ...retried, work: { ...retried.work, failures: 2 } }]);
  for (const [name, bytes] of longer.objects)
    if (name.includes('/attempt=3/')) evidence.objects.set(name, bytes);
  evidence.calls.push(...longer.calls.filter(({ name }) => name === 'retried-pod-3'));
  evidence.events.push(...longer.events.filter(({ data }) => data.includes('"try_number":3,')));
  const detail = 'it is the last, and another attempt follows';
  expect(verify([retried], evidence)).toEqual([{ rule, subject: 'chaos/r/retried try 2', detail }]);
});
