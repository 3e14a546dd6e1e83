import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../shared/errors.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { ApiServer, failureOf, json, status } from './api-server.ts';
import { SleeplessClock } from './sleepless-clock.ts';

const never = new AbortController().signal;
const codeOf = (error: unknown): unknown => (error instanceof TaskpodError ? error.code : error);

test('what one Role forbids says nothing of another call, nor of another namespace', async () => {
  await using server = new ApiServer(json(403, status(403, 'Forbidden', 'x')));
  const clock = new SleeplessClock();
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

describe('lists of events', () => {
  const events = json(200, { metadata: {}, items: [] });

  test('are few at a time; one that is not wanted any more is not sent, and does not wait', async () => {
    const held: (() => void)[] = [];
    await using server = new ApiServer((...call) => void held.push(() => events(...call)));
    const pods = await server.connect(new SleeplessClock());
    const stop = new AbortController();
    const given = [1, 2, 3, 4].map(uid => pods.listEvents('tasks', `u${uid}`, never));
    const unwanted = pods.listEvents('tasks', 'unwanted', stop.signal);
    const last = pods.listEvents('tasks', 'last', never);
    await waitFor(async () => held.length === 4 || undefined, { what: 'four lists', withinMs: 5_000 });
    stop.abort();
    expect(await failureOf(unwanted)).toEqual({ code: 'aborted', retryable: false, status: undefined });
    expect(held).toHaveLength(4);
    held.shift()?.();
    await waitFor(async () => held.length === 4 || undefined, { what: 'the last list', withinMs: 5_000 });
    for (const answer of held) answer();
    expect(await Promise.all([...given, last])).toEqual([[], [], [], [], []]);
    const uids = server.requests.map(({ url }) => new URL(url, 'http://x').searchParams.get('fieldSelector'));
    expect(uids.toSorted()).toEqual(['last', 'u1', 'u2', 'u3', 'u4'].map(uid => `involvedObject.uid=${uid}`));
  });
});
