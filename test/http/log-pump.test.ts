import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { pumpLog } from '../../functions/watch/logs/pump.ts';
import type { ContainerEnd } from '../../functions/watch/logs/pump-options.ts';
import { logNames } from '../../functions/watch/logs/stored-log.ts';
import { systemClock } from '../../shared/time.ts';
import { LogBucket } from '../functions/watch/logs/log-bucket.ts';
import { type Answer, ApiServer } from './api-server.ts';
import { LogServer, refuse } from './log-server.ts';

const attempt = { dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 };
const names = logNames(attempt, 'base');

/** Pumps the log of a container that is played by `container`, against a server that gives these answers. */
async function pump(
  log: LogServer,
  answers: Answer[],
  container: (requests: ApiServer['requests']) => Promise<void>,
) {
  await using server = new ApiServer(...answers);
  const pods = await server.connect(systemClock);
  const bucket = new LogBucket();
  const ended = Promise.withResolvers<ContainerEnd>();
  const pumping = pumpLog({
    attempt,
    namespace: 'tasks',
    pod: 'p',
    container: 'base',
    stored: [],
    pods,
    store: bucket,
    clock: systemClock,
    random: () => 0.5,
    ended: ended.promise,
    signal: AbortSignal.timeout(20_000),
  });
  await container(server.requests);
  log.end();
  ended.resolve('terminated');
  const { bytes, gaps } = await pumping;
  return {
    composed: bucket.text(names.log),
    bytes,
    gaps,
    requests: server.requests.map(request => request.url),
  };
}

/** Writes lines of different lengths, also not ASCII, over about half a second. */
async function writeLines(log: LogServer): Promise<void> {
  for (let number = 0; number < 50; number++) {
    log.write(`line ${number} ${'ä€😀'.repeat(number)}`);
    if (number % 5 === 0) await sleep(50);
  }
}

const creating = refuse(
  400,
  'BadRequest',
  'container "base" in pod "p" is waiting to start: ContainerCreating',
);

describe('the composed log is what the container wrote when the server', () => {
  const cases: { name: string; answers: (log: LogServer) => Answer[] }[] = [
    { name: 'behaves', answers: log => [log.serve()] },
    { name: 'cuts within a line', answers: log => [log.serve({ after: 1_000, how: 'cut' }), log.serve()] },
    {
      name: 'cuts again and again',
      answers: log => [...[1, 0, 40, 700, 2_000].map(after => log.serve({ after, how: 'cut' })), log.serve()],
    },
    {
      name: 'ends cleanly within a line',
      answers: log => [log.serve({ after: 1_000, how: 'end' }), log.serve()],
    },
    { name: 'stalls', answers: log => [log.serve({ after: 1_000, how: 'stall' }), log.serve()] },
    { name: 'sends one byte at a time', answers: log => [log.serve(undefined, 1)] },
    {
      name: 'answers 500, 429, 404 and 400 first',
      answers: log => [
        creating,
        refuse(404, 'NotFound', 'pods "p" not found'),
        refuse(500, 'InternalError', 'dial tcp: connection refused'),
        refuse(429, 'TooManyRequests', 'slow down', { 'retry-after': '1' }),
        log.serve(),
      ],
    },
    {
      name: 'is not reachable for a moment',
      answers: log => [request => request.socket.destroy(), log.serve()],
    },
  ];
  test.each(cases)('$name', async ({ answers }) => {
    const log = new LogServer();
    const { requests, ...result } = await pump(log, answers(log), () => writeLines(log));
    expect(result).toEqual({ composed: log.all, bytes: Buffer.byteLength(log.all), gaps: 0 });
    expect(requests[0]).toBe(
      '/api/v1/namespaces/tasks/pods/p/log?container=base&timestamps=true&follow=true',
    );
  });

  test('sends a line of 20 KiB, and is cut within it', async () => {
    const log = new LogServer();
    const answers = [log.serve({ after: 10_000, how: 'cut' }), log.serve(undefined, 4_096)];
    const { requests, ...result } = await pump(log, answers, async () => {
      log.write('short');
      log.write('x'.repeat(20 * 1_024));
      log.write('short again');
      await sleep(500);
    });
    expect(result).toEqual({ composed: log.all, bytes: log.all.length, gaps: 0 });
  });
});

test('a clean end while the container runs is no end', async () => {
  const log = new LogServer();
  const answers = [log.serve({ after: 37, how: 'end' }), log.serve()];
  const { requests, ...result } = await pump(log, answers, async () => {
    log.write('first');
    await sleep(1_700);
    log.write('second');
    await sleep(100);
  });
  expect(result).toEqual({ composed: log.all, bytes: log.all.length, gaps: 0 });
});

test('lines that were rotated away are marked', async () => {
  const log = new LogServer();
  const answers = [
    log.serve({ after: 37, how: 'cut' }),
    refuse(500, 'InternalError', 'restarting'),
    log.serve(),
  ];
  let kept = 0;
  let lost = 0;
  const { composed, gaps } = await pump(log, answers, async requests => {
    log.write('first');
    kept = log.all.length;
    // The first request has been answered by then, and the third is not there for a while.
    await expect.poll(() => requests.length, { timeout: 10_000 }).toBeGreaterThan(0);
    log.write('lost');
    log.rotate();
    lost = log.all.length;
    await sleep(1_000);
    log.write('last');
  });
  const marker = `${log.all.slice(0, 30)} [taskpod] lines may be missing here: the log was rotated before it was read\n`;
  expect({ composed, gaps }).toEqual({
    composed: log.all.slice(0, kept) + marker + log.all.slice(lost),
    gaps: 1,
  });
});

test('an abort ends the request and leaves nothing behind', async () => {
  const log = new LogServer();
  await using server = new ApiServer(log.serve());
  const pods = await server.connect(systemClock);
  const abort = new AbortController();
  const pumping = pumpLog({
    attempt,
    namespace: 'tasks',
    pod: 'p',
    container: 'base',
    stored: [],
    pods,
    store: new LogBucket(),
    clock: systemClock,
    random: () => 0.5,
    ended: new Promise(() => undefined),
    signal: abort.signal,
  });
  log.write('first');
  await sleep(200);
  abort.abort();
  await expect(pumping).rejects.toMatchObject({ code: 'aborted' });
});
