import { expect, test } from 'vitest';
import { announceRunning } from '../../../../functions/watch/attempt/announce-running.ts';
import { PodUpdates } from '../../../../functions/watch/pod-updates.ts';
import { attemptOf } from '../../../../shared/attempt-record.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { attemptObjects } from '../../../../shared/object-names.ts';
import { stateEventId } from '../../../../shared/state-event.ts';
import { failOnce } from '../../../fakes/faults.ts';
import { makePod, makeRecord, running, terminated } from '../../../fakes/make-pod.ts';
import { WatchWorld } from '../watch-world.ts';

const record = makeRecord();
const document = attemptObjects(attemptOf(record)).running;
const outage = new TaskpodError('storage_unavailable', 'down', { retryable: true });

class Announcing {
  readonly world = new WatchWorld();
  readonly updates = new PodUpdates(makePod({ phase: 'Pending' }));
  readonly over = Promise.withResolvers<void>();
  readonly stop = new AbortController();
  readonly calls: string[] = [];

  constructor() {
    this.world.publisher.fault = (call, moment) => void this.calls.push(`${moment} ${call.split(' ')[0]}`);
    this.world.store.fault = (call, moment) => void this.calls.push(`${moment} ${call.split(' ')[0]}`);
  }

  start(): Promise<void> {
    return announceRunning(record, this.updates, this.over.promise, this.world.deps(), this.stop.signal);
  }
}

test('publishes first and records then, so that a crash in between repeats the event (I6)', async () => {
  const announcing = new Announcing();
  const done = announcing.start();
  await announcing.world.clock.settle();
  expect(announcing.calls).toEqual([]);
  announcing.updates.update(makePod({ phase: 'Running', containerStatuses: [running()] }));
  await done;
  expect(announcing.calls).toEqual(['before publish', 'after publish', 'before create', 'after create']);
  expect(announcing.world.json(document)).toEqual({ version: 1, started_at: '2026-11-23T10:00:05Z' });
  expect(announcing.world.publisher.published).toEqual([
    {
      topic: 'projects/p/topics/events',
      messageId: '1',
      attributes: {
        'content-type': 'application/cloudevents+json',
        dag_id: 'default',
        run_id: 'r1',
        task_id: 't1',
        state: 'running',
        reason: '',
      },
      data: expect.any(String),
    },
  ]);
  expect(announcing.world.publisher.on('projects/p/topics/events')).toEqual([
    {
      specversion: '1.0',
      id: stateEventId(attemptOf(record), 'running'),
      type: 'dev.taskpod.run.running',
      source: '//storage.googleapis.com/b',
      subject: 'default/r1/t1',
      time: '2026-11-23T10:00:05Z',
      datacontenttype: 'application/json',
      data: {
        dag_id: 'default',
        run_id: 'r1',
        task_id: 't1',
        try_number: 1,
        state: 'running',
        reason: '',
        class: 'none',
        exit_code: null,
        summary: 'The container has started.',
      },
    },
  ]);
});

test('a crash between the two repeats the event with the same id, and never loses it (I6)', async () => {
  const announcing = new Announcing();
  announcing.updates.update(makePod({ phase: 'Running', containerStatuses: [running()] }));
  announcing.world.store.fault = failOnce(/^create/, 'before', outage);
  await expect(announcing.start()).rejects.toBe(outage);
  await announcing.start();
  const ids = announcing.world.publisher.on('projects/p/topics/events').map(event => Object(event).id);
  expect(ids).toEqual([ids[0], ids[0]]);
  expect(announcing.world.json(document)).toEqual({ version: 1, started_at: '2026-11-23T10:00:05Z' });
});

test('a container that was over before anybody looked has run all the same', async () => {
  const announcing = new Announcing();
  announcing.updates.update(makePod({ phase: 'Succeeded', containerStatuses: [terminated(0)] }));
  await announcing.start();
  expect(announcing.world.events()).toEqual(['r1 running']);
});

test.each([
  { how: 'the Pod fails', end: (of: Announcing) => of.updates.update(makePod({ phase: 'Failed' })) },
  { how: 'the Pod is gone', end: (of: Announcing) => of.updates.markGone() },
  { how: 'a deadline passes', end: (of: Announcing) => of.over.resolve() },
])('nothing is announced when $how before the container has started', async ({ end }) => {
  const announcing = new Announcing();
  const done = announcing.start();
  end(announcing);
  await done;
  expect(announcing.calls).toEqual([]);
});

test('the signal ends the wait with its reason (I8), and nothing is announced', async () => {
  const announcing = new Announcing();
  const done = announcing.start();
  const reason = new TaskpodError('lease_lost', 'lost');
  announcing.stop.abort(reason);
  announcing.over.resolve();
  await expect(done).rejects.toBe(reason);
  expect(announcing.calls).toEqual([]);
});
