import { describe, expect, test } from 'vitest';
import type { Pods } from '../../shared/ports/pods.ts';
import { waitFor } from '../cluster/support/wait.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { type Answer, ApiServer, failureOf, json } from './api-server.ts';

/** A kind of call of which only so many go on at a time; each is about a Pod of its own, and is known by what it asks. */
interface Limited {
  atOnce: number;
  call: (pods: Pods, pod: string, signal: AbortSignal) => Promise<unknown>;
  answer: Answer;
  result: unknown;
  asked: (pod: string) => string;
}

const never = new AbortController().signal;
const cases: [what: string, limited: Limited][] = [
  [
    'lists of events',
    {
      atOnce: 4,
      call: (pods, pod, signal) => pods.listEvents('tasks', pod, signal),
      answer: json(200, { metadata: {}, items: [] }),
      result: [],
      asked: pod => `/api/v1/namespaces/tasks/events?fieldSelector=involvedObject.uid%3D${pod}&limit=500`,
    },
  ],
  [
    'deletions',
    {
      atOnce: 32,
      call: (pods, pod, signal) => pods.remove('tasks', pod, { uid: 'u', signal }),
      answer: json(200, {}),
      result: 'deleted',
      asked: pod => `/api/v1/namespaces/tasks/pods/${pod}`,
    },
  ],
];

describe.each(cases)('%s', (_, { atOnce, call, answer, result, asked }) => {
  test('are few at a time; one that is not wanted any more is not sent, and does not wait', async () => {
    const held: (() => void)[] = [];
    await using server = new ApiServer((...request) => void held.push(() => answer(...request)));
    const pods = await server.connect(new RecordingClock());
    const stop = new AbortController();
    const names = Array.from({ length: atOnce }, (_, index) => `p${index}`);
    const given = names.map(pod => call(pods, pod, never));
    const unwanted = call(pods, 'unwanted', stop.signal);
    const last = call(pods, 'last', never);
    const full = () =>
      waitFor(async () => held.length === atOnce || undefined, { what: 'all', withinMs: 5_000 });
    await full();
    stop.abort();
    expect(await failureOf(unwanted)).toEqual({ code: 'aborted', retryable: false, status: undefined });
    expect(held).toHaveLength(atOnce);
    held.shift()?.();
    await full();
    for (const answerNow of held) answerNow();
    expect(await Promise.all([...given, last])).toEqual([...names, 'last'].map(() => result));
    expect(server.requests.map(({ url }) => url).toSorted()).toEqual(
      [...names, 'last'].map(asked).toSorted(),
    );
  });
});
