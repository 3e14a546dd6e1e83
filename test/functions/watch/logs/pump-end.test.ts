import { describe, expect, test } from 'vitest';
import type { ContainerEnd } from '../../../../functions/watch/logs/pump-options.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { LogFault } from '../../../fakes/scripted-logs.ts';
import { PumpHarness } from './pump-harness.ts';

const all = Number.POSITIVE_INFINITY;
const outage = new TaskpodError('kubernetes_unavailable', 'answered 502', { retryable: true, status: 502 });
const notReady = new TaskpodError('log_not_ready', 'is not available', { retryable: true });
const notFound = new TaskpodError('not_found', 'no such Pod', { status: 404 });
const refused = new TaskpodError('kubernetes_refused', 'forbidden', { status: 403 });

/** A pump that has received a line and holds its stream open. */
async function startWithLine(faults: LogFault[] = []) {
  const harness = new PumpHarness();
  harness.logs.faults.push(...faults);
  const pumping = harness.start();
  await harness.clock.settle();
  harness.logs.write('first');
  await harness.clock.advance(500);
  return { harness, pumping, ...harness };
}

/** What came out, and how long after `sinceMs`. */
async function outcome(harness: PumpHarness, pumping: Promise<{ gaps: number }>) {
  const sinceMs = harness.clock.now();
  const { gaps } = await harness.clock.runUntil(pumping);
  const requests = harness.logs.requests.map(request => (request.follow ? 'follow' : 'read'));
  const ms = harness.clock.now() - sinceMs;
  return { gaps, ms, requests, composed: harness.composed, sleeping: harness.clock.sleeping };
}

describe('the news of the end comes while the stream is open', () => {
  test('what a dead stream has not brought is read at once', async () => {
    const { harness, pumping, logs } = await startWithLine([{ after: 37, how: 'hang' }]);
    logs.write('second');
    logs.write('third');
    await harness.endContainer();
    expect(await outcome(harness, pumping)).toEqual({
      gaps: 0,
      ms: 0,
      requests: ['follow', 'read'],
      composed: logs.all,
      sleeping: 0,
    });
  });

  test('half a line that the stream has brought is read whole', async () => {
    const { harness, pumping, logs } = await startWithLine([{ after: 50, how: 'hang' }]);
    logs.write('second');
    await harness.endContainer();
    // Half of it came just now, so the stream has 60 ms for the other half.
    expect(await outcome(harness, pumping)).toMatchObject({ gaps: 0, ms: 60, composed: logs.all });
  });

  test('while bytes keep coming the stream goes on', async () => {
    const { harness, pumping, clock, logs } = await startWithLine();
    logs.write('second');
    await clock.settle();
    await harness.tellEnd();
    for (let number = 0; number < 20; number++) {
      await clock.advance(50);
      logs.write(`late ${number}`);
    }
    logs.end();
    expect(logs.requests).toEqual([{ follow: true }]);
    expect(await outcome(harness, pumping)).toMatchObject({
      requests: ['follow', 'read'],
      composed: logs.all,
    });
  });

  test('a line that comes during the read is kept once, and the end is looked for again', async () => {
    const lateRead = { after: all, how: 'linger', ms: 40 } as const;
    const { harness, pumping, clock, logs } = await startWithLine([undefined, lateRead]);
    await harness.tellEnd();
    logs.write('during the read');
    await clock.advance(10);
    logs.end();
    expect(await outcome(harness, pumping)).toMatchObject({
      requests: ['follow', 'read', 'read'],
      composed: logs.all,
    });
  });

  test('a container that writes on for ever is left after a minute', async () => {
    const { harness, pumping, clock, logs } = await startWithLine();
    logs.write('second');
    await clock.settle();
    await harness.tellEnd();
    let isOver = false;
    void pumping.then(() => {
      isOver = true;
    });
    const startedAt = clock.now();
    while (!isOver) {
      logs.write(`after ${clock.now() - startedAt} ms`);
      await clock.advance(50);
    }
    expect(clock.now() - startedAt).toBe(60_000);
    expect(logs.all.startsWith(harness.composed ?? 'nothing')).toBe(true);
    expect(harness.composed).toContain('after 59950 ms');
    expect(logs.requests.map(request => request.follow)).toEqual([true, false]);
  });

  test.each([0, 100_000])(
    'a read that fails leaves the end to the stream (silent for %d ms)',
    async silentMs => {
      const { harness, pumping, clock, logs } = await startWithLine([undefined, { refuse: outage }]);
      await clock.advance(silentMs);
      await harness.endContainer();
      expect(await outcome(harness, pumping)).toEqual({
        gaps: 0,
        ms: 700,
        requests: ['follow', 'read', 'read'],
        composed: logs.all,
        sleeping: 0,
      });
    },
  );

  test('a log that was just rotated leaves the end to the stream', async () => {
    const { harness, pumping, logs } = await startWithLine();
    logs.rotate();
    await harness.endContainer();
    expect(await outcome(harness, pumping)).toMatchObject({
      gaps: 0,
      requests: ['follow', 'read', 'read', 'read'],
      composed: logs.all,
    });
  });

  test('a stream that had to be trusted and is silent for 30 s is replaced, and the gap marked', async () => {
    const { harness, pumping, logs } = await startWithLine([{ after: 37, how: 'hang' }]);
    const first = logs.all;
    logs.rotate();
    logs.write('last');
    await harness.endContainer();
    const marker = `${first.slice(0, 30)} [taskpod] lines may be missing here: the log was rotated before it was read\n`;
    const result = await outcome(harness, pumping);
    expect(result).toMatchObject({ gaps: 1, composed: first + marker + logs.all.slice(first.length) });
    expect(result.ms).toBeGreaterThanOrEqual(29_500);
    expect(result.ms).toBeLessThan(31_000);
  });

  test('a read that breaks off within the rest is taken up again', async () => {
    const { harness, pumping, logs } = await startWithLine([
      { after: 37, how: 'hang' },
      { after: 90, how: 'cut' },
    ]);
    for (const text of ['second', 'third', 'fourth']) logs.write(text);
    await harness.endContainer();
    expect(await outcome(harness, pumping)).toMatchObject({
      gaps: 0,
      requests: ['follow', 'read', 'read'],
      composed: logs.all,
    });
  });
});

describe('a clean end of the stream', () => {
  test.each([0, 1_499])('proves nothing: the log is read once more (%d ms before the news)', async ms => {
    const { harness, pumping, logs } = await startWithLine([{ after: 37, how: 'end' }]);
    logs.write('second');
    await harness.endContainer(ms - 500 * Math.sign(ms));
    const read = { gaps: 0, requests: ['follow', 'read'], composed: logs.all };
    expect(await outcome(harness, pumping)).toMatchObject(read);
  });

  test.each([31, 32])('the same after the news, when a long rest was drained (%d chunks)', async chunks => {
    const { harness, pumping, logs } = await startWithLine([{ after: 37 + 39 * chunks, how: 'end' }]);
    Object.assign(logs, { chunkSizes: [39], chunkPauseMs: 50 });
    for (let number = 10; number < 60; number++) logs.write(`late ${number}`);
    await harness.clock.advance(50);
    await harness.endContainer();
    const read = { gaps: 0, requests: ['follow', 'read'], composed: logs.all };
    expect(await outcome(harness, pumping)).toMatchObject(read);
  });

  test.each([
    { ms: 1_499, how: 'gone', gaps: 0 },
    { ms: 1_499, how: 'terminated', gaps: 0 },
    { ms: 1_501, how: 'gone', gaps: 1 },
  ] as const)('is believed only where no log is left, $ms ms before the news: $gaps gaps', async test => {
    const missing = { refuse: notFound };
    const { harness, pumping, logs } = await startWithLine([
      { after: 37, how: 'end' },
      ...Array<LogFault>(30).fill(missing),
    ]);
    await harness.endContainer(test.ms - 500, test.how);
    const { gaps, composed = '' } = await outcome(harness, pumping);
    expect({ gaps, kept: composed.startsWith(logs.all) }).toEqual({ gaps: test.gaps, kept: true });
  });
});

describe('the last line has no end', () => {
  test.each([0, 300])(
    'when it never had one: two reads have to agree (news after %d ms)',
    async newsAfterMs => {
      const { harness, pumping, logs } = await startWithLine();
      logs.write('no newline', false);
      logs.followEndMs = 0;
      await harness.endContainer(newsAfterMs);
      expect(await outcome(harness, pumping)).toMatchObject({ gaps: 0, composed: logs.all });
      expect(logs.all.endsWith('no newline')).toBe(true);
      expect(logs.requests.length).toBeLessThanOrEqual(3);
    },
  );

  test('because a read was cut cleanly: the next one is whole', async () => {
    const { harness, logs, clock } = await startWithLine([{ refuse: outage }, { after: 60, how: 'end' }]);
    logs.write('second');
    await harness.endContainer();
    const pumping = harness.start();
    await clock.runUntil(pumping);
    expect(harness.composed).toBe(logs.all);
  });

  test('because the kubelet said something: its words are not kept', async () => {
    const message = 'unable to retrieve container logs for containerd://1';
    const { harness, pumping, logs } = await startWithLine([{ after: all, how: 'say', message }]);
    await harness.endContainer(800);
    expect(await outcome(harness, pumping)).toMatchObject({ gaps: 0, composed: logs.all });
  });
});

describe('a log that cannot be read after the end', () => {
  const rest = (text: string): string => `[taskpod] the log could not be read to its end: ${text}\n`;
  const says = { after: 0, how: 'say', message: 'unable to retrieve container logs' } as const;
  const cases: { name: string; fault: LogFault; how?: ContainerEnd; marker: string; ms: [number, number] }[] =
    [
      {
        name: 'is tried for a minute',
        fault: { refuse: outage },
        marker: rest('answered 502 (kubernetes_unavailable)'),
        ms: [60_000, 65_000],
      },
      {
        name: 'is tried for 10 s when nobody has told the end',
        fault: { refuse: outage },
        how: 'untold',
        marker: rest('answered 502 (kubernetes_unavailable)'),
        ms: [10_000, 15_000],
      },
      {
        name: 'hangs',
        fault: { after: 0, how: 'hang' },
        marker: rest('nothing came from the log for 10 s (kubernetes_unavailable)'),
        ms: [60_000, 72_000],
      },
      {
        name: 'is missing',
        fault: { refuse: notFound },
        marker: rest('no such Pod (not_found)'),
        ms: [10_000, 15_000],
      },
      {
        name: 'is missing with its Pod',
        fault: { refuse: notFound },
        how: 'gone',
        marker: rest('no such Pod (not_found)'),
        ms: [0, 0],
      },
      {
        name: 'is refused',
        fault: { refuse: refused },
        marker: rest('forbidden (kubernetes_refused)'),
        ms: [0, 0],
      },
      {
        name: 'is gone from the node',
        fault: says,
        marker: rest(
          'the log ended within a line: unable to retrieve container logs (kubernetes_unavailable)',
        ),
        ms: [60_000, 65_000],
      },
    ];
  test.each(cases)('$name: the gap is marked', async ({ fault, how, marker, ms }) => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    for (let number = 0; number < 200; number++) logs.faults.push(fault);
    await harness.endContainer(0, how);
    const startedAt = clock.now();
    const { gaps } = await clock.runUntil(harness.start());
    const tookMs = clock.now() - startedAt;
    const composed = harness.composed ?? '';
    expect({ gaps, marker: composed.slice(31), sleeping: clock.sleeping }).toEqual({
      gaps: 1,
      marker,
      sleeping: 0,
    });
    expect(Date.parse(composed.slice(0, 30))).toBe(clock.now());
    expect(tookMs).toBeGreaterThanOrEqual(ms[0]);
    expect(tookMs).toBeLessThanOrEqual(ms[1]);
  });

  test('has no gap when the container never started', async () => {
    const harness = new PumpHarness();
    for (let number = 0; number < 200; number++) harness.logs.faults.push({ refuse: notReady });
    await harness.endContainer();
    const { gaps, bytes } = await harness.clock.runUntil(harness.start());
    expect({ gaps, bytes, composed: harness.composed }).toEqual({ gaps: 0, bytes: 0, composed: '' });
  });

  test('keeps what came before, with the marker at its time', async () => {
    const { harness, pumping, logs } = await startWithLine();
    logs.isGone = true;
    logs.faults.push({ refuse: notFound });
    const first = logs.all;
    logs.rotate();
    await harness.endContainer(3_000, 'gone');
    const { composed, gaps } = await outcome(harness, pumping);
    expect({ composed, gaps }).toEqual({
      composed: `${first}${first.slice(0, 30)} ${rest('no such Pod (not_found)')}`,
      gaps: 1,
    });
  });

  test('is marked when all was rotated away and nothing came after: two reads have to agree', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    logs.faults.push({ after: 37, how: 'cut' });
    const pumping = harness.start();
    await clock.settle();
    logs.write('first');
    await clock.settle();
    const first = logs.all;
    logs.rotate();
    await harness.endContainer();
    const marker = `${first.slice(0, 30)} [taskpod] lines may be missing here: the log was rotated before it was read\n`;
    expect(await outcome(harness, pumping)).toMatchObject({
      gaps: 1,
      requests: ['follow', 'read', 'read'],
      composed: first + marker,
    });
  });
});
