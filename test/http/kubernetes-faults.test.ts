import { describe, expect, test } from 'vitest';
import type { PodManifest } from '../../shared/kubernetes/pod.ts';
import type { PodChange } from '../../shared/ports/pods.ts';
import { makePod } from '../fakes/make-pod.ts';
import { RecordingClock } from '../fakes/recording-clock.ts';
import { type Answer, ApiServer, failureOf, json, status } from './api-server.ts';

const never = new AbortController().signal;
const manifest: PodManifest = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'tasks', labels: {}, annotations: {} },
  spec: { containers: [{ name: 'base', image: 'busybox' }] },
};
const reset: Answer = request => request.socket.destroy();

describe('create answers what became of the POST', () => {
  const causes = [
    { field: 'spec.containers[0].name', message: 'must be unique', reason: 'FieldValueInvalid' },
  ];
  const results = [
    {
      name: '201',
      answer: json(201, makePod({ phase: 'Pending' })),
      expected: { kind: 'created', pod: makePod({ phase: 'Pending' }) },
    },
    {
      name: '409 AlreadyExists',
      answer: json(409, status(409, 'AlreadyExists', 'exists')),
      expected: { kind: 'exists' },
    },
    {
      name: '422',
      answer: json(422, status(422, 'Invalid', 'is invalid', { causes })),
      expected: {
        kind: 'refused',
        status: 422,
        reason: 'Invalid',
        message: 'is invalid',
        causes: [{ field: 'spec.containers[0].name', message: 'must be unique' }],
      },
    },
    {
      name: '403 of an admission webhook',
      answer: json(403, status(403, 'Forbidden', 'denied by autogke-disallow-privilege')),
      expected: {
        kind: 'refused',
        status: 403,
        reason: 'Forbidden',
        message: 'denied by autogke-disallow-privilege',
        causes: [],
      },
    },
    {
      name: '403 of a full quota, which the caller may wait for',
      answer: json(403, status(403, 'Forbidden', 'exceeded quota: q')),
      expected: {
        kind: 'refused',
        status: 403,
        reason: 'Forbidden',
        message: 'exceeded quota: q',
        causes: [],
      },
    },
    {
      name: 'an answer that is not a Status',
      answer: json(404, 'nothing here'),
      expected: { kind: 'refused', status: 404, reason: '', message: 'nothing here', causes: [] },
    },
  ];
  test.each(results)('$name', async ({ answer, expected }) => {
    await using server = new ApiServer(answer);
    const pods = await server.connect(new RecordingClock());
    expect(await pods.create('tasks', manifest, never)).toEqual(expected);
    expect(server.requests).toEqual([
      {
        method: 'POST',
        url: '/api/v1/namespaces/tasks/pods?fieldValidation=Strict',
        body: JSON.stringify(manifest),
      },
    ]);
  });

  const outages = [
    {
      name: '429',
      answer: json(429, status(429, 'TooManyRequests', 'slow'), { 'retry-after': '7' }),
      status: 429,
    },
    { name: '500', answer: json(500, status(500, 'InternalError', 'etcd')), status: 500 },
    { name: '503', answer: json(503, 'upstream'), status: 503 },
    {
      name: '409 of a contended quota',
      answer: json(409, status(409, 'Conflict', 'resourcequotas')),
      status: 409,
    },
    { name: 'a cut connection', answer: reset, status: undefined },
  ];
  test.each(outages)('$name is an outage, and the POST is not repeated', async ({ answer, status: code }) => {
    await using server = new ApiServer(answer);
    const pods = await server.connect(new RecordingClock());
    const result = await failureOf(pods.create('tasks', manifest, never));
    expect(result).toEqual({ code: 'kubernetes_unavailable', retryable: true, status: code });
    expect(server.requests).toHaveLength(1);
  });
});

describe('reads are repeated through an outage', () => {
  test('429 with Retry-After, 500 and a cut connection, then the answer', async () => {
    await using server = new ApiServer(
      json(429, status(429, 'TooManyRequests', 'slow'), { 'retry-after': '7' }),
      json(500, status(500, 'InternalError', 'etcd')),
      reset,
      json(200, makePod({ phase: 'Running' })),
    );
    const clock = new RecordingClock();
    const pods = await server.connect(clock);
    expect(await pods.read('tasks', 'p', never)).toEqual(makePod({ phase: 'Running' }));
    expect(clock.sleeps).toEqual([7_000, 200, 400]);
  });

  test('an outage that lasts ends after five tries', async () => {
    await using server = new ApiServer(json(500, status(500, 'InternalError', 'etcd')));
    const pods = await server.connect(new RecordingClock());
    expect(await failureOf(pods.read('tasks', 'p', never))).toMatchObject({ code: 'kubernetes_unavailable' });
    expect(server.requests).toHaveLength(5);
  });

  test('404 is no Pod; 403 is an outage first, and a refusal at once when it has lasted for ten seconds', async () => {
    await using server = new ApiServer(
      json(404, status(404, 'NotFound', 'x')),
      json(403, status(403, 'Forbidden', 'x')),
    );
    const clock = new RecordingClock();
    const pods = await server.connect(clock);
    expect(await pods.read('tasks', 'p', never)).toBeUndefined();
    const outage = { code: 'kubernetes_unavailable', retryable: true, status: 403 };
    expect(await failureOf(pods.read('tasks', 'p', never))).toEqual(outage);
    expect(server.requests).toHaveLength(6);
    await clock.sleep(10_000, never);
    const refusal = { code: 'kubernetes_refused', retryable: false, status: 403 };
    expect(await failureOf(pods.read('tasks', 'p', never))).toEqual(refusal);
    expect(server.requests).toHaveLength(7);
  });

  test('a list goes on from page to page', async () => {
    const page = (items: unknown[], more?: string) =>
      json(200, { metadata: { resourceVersion: '9', continue: more }, items });
    await using server = new ApiServer(
      page([makePod({}, { uid: 'a' })], 'next'),
      page([makePod({}, { uid: 'b' })]),
    );
    const pods = await server.connect(new RecordingClock());
    const list = await pods.list('tasks', 'a=b', never);
    expect({ uids: list.pods.map(pod => pod.metadata.uid), resourceVersion: list.resourceVersion }).toEqual({
      uids: ['a', 'b'],
      resourceVersion: '9',
    });
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/tasks/pods?labelSelector=a%3Db&limit=500',
      '/api/v1/namespaces/tasks/pods?labelSelector=a%3Db&limit=500&continue=next',
    ]);
  });

  test('a delete names the uid; 404 and 409 mean that this Pod is gone', async () => {
    await using server = new ApiServer(
      json(200, {}),
      json(404, status(404, 'NotFound', 'x')),
      json(409, status(409, 'Conflict', 'the UID in the precondition does not match')),
    );
    const pods = await server.connect(new RecordingClock());
    const remove = () => pods.remove('tasks', 'p', { uid: 'u1', gracePeriodSeconds: 3, signal: never });
    expect([await remove(), await remove(), await remove()]).toEqual(['deleted', 'absent', 'absent']);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u1' },
      gracePeriodSeconds: 3,
    });
  });
});

describe('watch', () => {
  const event = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
  const streaming =
    (chunks: string[], end: 'end' | 'cut' | 'open'): Answer =>
    async (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const chunk of chunks) {
        response.write(chunk);
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      if (end === 'end') response.end();
      if (end === 'cut') request.socket.destroy();
    };
  async function changes(
    answer: Answer,
    signal = never,
    onChange = (): void => undefined,
  ): Promise<{ seen: string[]; error: unknown }> {
    await using server = new ApiServer(answer);
    const pods = await server.connect(new RecordingClock());
    const seen: string[] = [];
    const describeChange = (change: PodChange): string =>
      change.type === 'BOOKMARK'
        ? `bookmark ${change.resourceVersion}`
        : `${change.type} ${change.pod.metadata.uid}`;
    const error = await failureOf(
      (async () => {
        for await (const change of pods.watch('tasks', 'a=b', '7', signal)) {
          seen.push(describeChange(change));
          onChange();
        }
      })(),
    );
    return { seen, error };
  }
  const added = event('ADDED', makePod({}, { uid: 'ü' }));

  test('events come in order, however the bytes are cut', async () => {
    const bytes =
      added + event('BOOKMARK', { metadata: { resourceVersion: '8' } }) + event('DELETED', makePod());
    const chunks = bytes.match(/.{1,40}/gs) ?? [];
    expect(await changes(streaming(chunks, 'end'))).toEqual({
      seen: ['ADDED ü', 'bookmark 8', 'DELETED u1'],
      error: 'no error',
    });
  });

  const expired = { code: 'watch_expired', retryable: false, status: 410 };
  const unavailable = (code?: number) => ({ code: 'kubernetes_unavailable', retryable: true, status: code });
  const faults: { name: string; answer: Answer; seen: string[]; error: unknown }[] = [
    { name: '410 as status', answer: json(410, status(410, 'Expired', 'too old')), seen: [], error: expired },
    {
      name: '410 as event',
      answer: streaming([added, event('ERROR', { code: 410, message: 'too old' })], 'open'),
      seen: ['ADDED ü'],
      error: expired,
    },
    {
      name: '500 as event',
      answer: streaming([event('ERROR', { code: 500, message: 'etcd' })], 'open'),
      seen: [],
      error: unavailable(500),
    },
    {
      name: '429',
      answer: json(429, status(429, 'TooManyRequests', 'slow')),
      seen: [],
      error: unavailable(429),
    },
    {
      name: 'cut after an event',
      answer: streaming([added], 'cut'),
      seen: ['ADDED ü'],
      error: unavailable(),
    },
    {
      name: 'ended in the middle of an event',
      answer: streaming([added, '{"type":"MOD'], 'end'),
      seen: ['ADDED ü'],
      error: unavailable(),
    },
    {
      name: '403, the first',
      answer: json(403, status(403, 'Forbidden', 'no watch')),
      seen: [],
      error: { code: 'kubernetes_unavailable', retryable: true, status: 403 },
    },
  ];
  test.each(faults)('$name', async ({ answer, seen, error }) => {
    expect(await changes(answer)).toEqual({ seen, error });
  });

  test('an abort ends a silent watch', async () => {
    const controller = new AbortController();
    // After it was taken, so that the abort meets a watch that is waiting.
    const abortSoon = (): void => void setTimeout(() => controller.abort(), 50);
    const result = await changes(streaming([added], 'open'), controller.signal, abortSoon);
    expect(result).toEqual({
      seen: ['ADDED ü'],
      error: { code: 'aborted', retryable: false, status: undefined },
    });
  });
});

describe('openLog', () => {
  const request = {
    namespace: 'tasks',
    pod: 'p',
    container: 'base',
    follow: true,
    sinceTime: '2026-11-23T10:00:00Z',
  };
  const refusals = [
    {
      name: 'waiting to start',
      answer: json(
        400,
        status(400, 'BadRequest', 'container "base" in pod "p" is waiting to start: ContainerCreating'),
      ),
      error: { code: 'log_not_ready', retryable: true, status: 400 },
    },
    {
      name: '404',
      answer: json(404, status(404, 'NotFound', 'no Pod')),
      error: { code: 'not_found', retryable: false, status: 404 },
    },
    {
      name: '500',
      answer: json(500, status(500, 'InternalError', 'kubelet')),
      error: { code: 'kubernetes_unavailable', retryable: true, status: 500 },
    },
    {
      name: 'cut',
      answer: reset,
      error: { code: 'kubernetes_unavailable', retryable: true, status: undefined },
    },
  ];
  test.each(refusals)('$name', async ({ answer, error }) => {
    await using server = new ApiServer(answer);
    const pods = await server.connect(new RecordingClock());
    expect(await failureOf(pods.openLog(request, never))).toEqual(error);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/tasks/pods/p/log?container=base&timestamps=true&follow=true&sinceTime=2026-11-23T10%3A00%3A00Z',
    ]);
  });

  test('a cut in the middle is an outage, after the bytes before it', async () => {
    const taken = Promise.withResolvers<void>();
    await using server = new ApiServer((incoming, response) => {
      response.write('first\n');
      void taken.promise.then(() => incoming.socket.destroy());
    });
    const pods = await server.connect(new RecordingClock());
    const received: string[] = [];
    const stream = await pods.openLog(request, never);
    const error = await failureOf(
      (async () => {
        for await (const chunk of stream) {
          received.push(Buffer.from(chunk).toString());
          taken.resolve();
        }
      })(),
    );
    expect({ received, error }).toEqual({
      received: ['first\n'],
      error: { code: 'kubernetes_unavailable', retryable: true, status: undefined },
    });
  });
});
