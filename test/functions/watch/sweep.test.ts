import { expect, test } from 'vitest';
import { sweep } from '../../../functions/watch/sweep.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import { failOnce } from '../../fakes/faults.ts';
import { makeRecord } from '../../fakes/make-pod.ts';
import { WatchWorld } from './watch-world.ts';

const never = new AbortController().signal;

test('wakes one Turn for every scope that has a marker, whatever it is called', async () => {
  const world = new WatchWorld();
  for (const [scope, runs] of [
    ['a-1-0', 3],
    ['b-1-7', 1],
    ['old-cluster-3', 2],
  ] as const) {
    for (let i = 0; i < runs; i++) await world.claim(makeRecord({ scope, run_id: `r${i}` }));
  }
  expect(await sweep(world.functionDeps(), never)).toEqual(['a-1-0', 'b-1-7', 'old-cluster-3']);
  expect(world.publisher.on('projects/p/topics/watch')).toEqual([
    { kind: 'ticket', scope: 'a-1-0' },
    { kind: 'ticket', scope: 'b-1-7' },
    { kind: 'ticket', scope: 'old-cluster-3' },
  ]);
});

test('without markers publishes nothing', async () => {
  const world = new WatchWorld();
  world.publisher.fault = call => {
    throw new Error(`unexpected: ${call}`);
  };
  expect(await sweep(world.functionDeps(), never)).toEqual([]);
});

test('what lies below open/ and is no marker does not keep scopes from their tickets', async () => {
  const world = new WatchWorld();
  const rest = 'dag_id=d/run_id=r/task_id=t/attempt=1';
  for (const name of [
    'open/',
    'open/note.txt',
    'open/%E0%A4%A/x',
    `open/%E0%A4%A/${rest}`,
    'open/s/x',
    `open//${rest}`,
  ])
    await world.store.create(name, '', { signal: never });
  await world.claim(makeRecord({ scope: 'z-1-0' }));
  expect(await sweep(world.functionDeps(), never)).toEqual(['z-1-0']);
  expect(world.publisher.on('projects/p/topics/watch')).toEqual([{ kind: 'ticket', scope: 'z-1-0' }]);
});

test('an outage is thrown: the sweep comes again', async () => {
  const world = new WatchWorld();
  const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });
  world.store.fault = failOnce(/^list open/, 'before', outage);
  await expect(sweep(world.functionDeps(), never)).rejects.toBe(outage);
});
