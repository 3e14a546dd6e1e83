import { expect, test } from 'vitest';
import { TaskpodError } from '../../shared/errors.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { ApiServer, json, status } from './api-server.ts';

const codeOf = (error: unknown): unknown => (error instanceof TaskpodError ? error.code : error);

test('what one Role forbids says nothing of another call, nor of another namespace', async () => {
  await using server = new ApiServer(json(403, status(403, 'Forbidden', 'x')));
  const clock = new RecordingClock();
  const pods = await server.connect(clock);
  const { signal } = new AbortController();
  const log = { namespace: 'tasks', pod: 'p', container: 'base', follow: false };
  const calls = {
    get: () => pods.read('tasks', 'p', signal),
    elsewhere: () => pods.read('others', 'p', signal),
    events: () => pods.listEvents('tasks', 'u', signal),
    list: () => pods.list('tasks', 'a=b', signal),
    remove: () => pods.remove('tasks', 'p', { uid: 'u', signal }),
    log: () => pods.openLog(log, signal),
    watch: () => pods.watch('tasks', 'a=b', '1', signal)[Symbol.asyncIterator]().next(),
  };
  const codes: unknown[] = [];
  for (const [name, call] of Object.entries(calls)) {
    for (const ms of [0, 9_999, 10_000]) {
      // Stands still, whatever the pauses between the tries of a call.
      clock.monotonicMs = () => ms;
      codes.push([name, ms, await call().then(String, codeOf)]);
    }
  }
  expect(codes).toEqual(
    Object.keys(calls).flatMap(name => [
      [name, 0, 'kubernetes_unavailable'],
      [name, 9_999, 'kubernetes_unavailable'],
      [name, 10_000, 'kubernetes_refused'],
    ]),
  );
});
