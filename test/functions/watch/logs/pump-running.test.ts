import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../../shared/errors.ts';
import type { LogFault } from '../../../fakes/scripted-logs.ts';
import { PumpHarness } from './pump-harness.ts';

const unavailable = (status: number, retryAfterSeconds?: number): LogFault => ({
  refuse: new TaskpodError('kubernetes_unavailable', `answered ${status}`, {
    retryable: true,
    status,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }),
});
const notReady = new TaskpodError('log_not_ready', 'waiting to start: ContainerCreating', {
  retryable: true,
});
const notFound = new TaskpodError('not_found', 'the Pod does not exist', { status: 404 });
const refused = new TaskpodError('kubernetes_refused', 'forbidden', { status: 403 });

const isHonest = (fault: LogFault): boolean =>
  !fault || 'refuse' in fault || (fault.how !== 'end' && fault.how !== 'linger');

/** Follows a container that writes a line each 100 ms for a second, then ends. */
async function pumpTenLines(harness: PumpHarness): Promise<unknown> {
  const { clock, logs } = harness;
  const pumping = harness.start();
  for (let number = 1; number <= 10; number++) {
    logs.write(`line ${number}`);
    await clock.advance(100);
  }
  await harness.endContainer(300);
  const { gaps, bytes } = await clock.runUntil(pumping);
  return { gaps, bytes, composed: harness.composed, sleeping: clock.sleeping };
}

describe('while the container runs, nothing is lost or repeated when', () => {
  const cases: { name: string; faults: LogFault[] }[] = [
    { name: 'the stream is cut within a line', faults: [{ after: 50, how: 'cut' }] },
    {
      name: 'the stream is cut again and again',
      faults: [80, 1, 130, 0, 97].map(after => ({ after, how: 'cut' })),
    },
    { name: 'the stream ends cleanly although the container runs', faults: [{ after: 100, how: 'end' }] },
    { name: 'a clean end is within a line', faults: [{ after: 50, how: 'end' }] },
    {
      name: 'the kubelet says something instead',
      faults: [{ after: 111, how: 'say', message: 'failed to watch' }],
    },
    {
      name: 'the server answers 500, 429 and 401',
      faults: [unavailable(500), unavailable(429), unavailable(401)],
    },
    { name: 'the container is still starting', faults: [{ refuse: notReady }, { refuse: notFound }] },
    { name: 'reading is refused once', faults: [{ refuse: refused }] },
  ];
  test.each(cases)('$name', async ({ faults }) => {
    const harness = new PumpHarness();
    harness.logs.faults.push(...faults);
    expect(await pumpTenLines(harness)).toEqual({
      gaps: 0,
      bytes: harness.logs.all.length,
      composed: harness.logs.all,
      sleeping: 0,
    });
  });

  test('anything of that happens at any time, in chunks of any size', async () => {
    const anyBytes = fc.nat(400);
    const anyFault: fc.Arbitrary<LogFault> = fc.oneof(
      anyBytes.map(after => ({ after, how: 'cut' as const })),
      anyBytes.map(after => ({ after, how: 'end' as const })),
      anyBytes.map(after => ({ after, how: 'hang' as const })),
      fc.tuple(anyBytes, fc.nat(400)).map(([after, ms]) => ({ after, how: 'linger' as const, ms })),
      fc.constantFrom(unavailable(503), { refuse: notReady }, undefined, undefined),
    );
    const anySteps = fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.constantFrom(0, 1, 50, 700, 4_000)), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        anySteps,
        fc.array(anyFault, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 }),
        fc.nat(3_000),
        fc.integer({ min: 60, max: 500 }),
        async (steps, faults, chunkSizes, newsAfterMs, segmentBytes) => {
          const harness = new PumpHarness();
          Object.assign(harness.logs, { chunkSizes });
          harness.logs.faults.push(...faults);
          const pumping = harness.start({ segmentBytes });
          for (const [text, pauseMs] of steps) {
            harness.logs.write(text.replaceAll('\n', ' '));
            await harness.clock.advance(pauseMs);
          }
          // The open stream may lie about its end; the read that looks after it must not, and is waited for only so long.
          harness.logs.faults.splice(0, 8, ...harness.logs.faults.filter(isHonest).slice(0, 3));
          await harness.endContainer(newsAfterMs);
          const { gaps } = await harness.clock.runUntil(pumping);
          expect({ gaps, composed: harness.composed }).toEqual({ gaps: 0, composed: harness.logs.all });
        },
      ),
      { numRuns: 200 },
    );
  }, 30_000);
});

test('waits as long as the server asks before it tries again', async () => {
  const harness = new PumpHarness();
  harness.logs.faults.push(unavailable(429, 7));
  const pumping = harness.start();
  await harness.clock.advance(6_999);
  const before = harness.logs.requests.length;
  await harness.clock.advance(1);
  expect([before, harness.logs.requests.length]).toEqual([1, 2]);
  await harness.endContainer();
  await harness.clock.runUntil(pumping);
});

test('asks again only after a minute when reading is refused', async () => {
  const harness = new PumpHarness();
  harness.logs.faults.push({ refuse: refused });
  const pumping = harness.start();
  await harness.clock.advance(59_999);
  const before = harness.logs.requests.length;
  await harness.clock.advance(1);
  expect([before, harness.logs.requests.length]).toEqual([1, 2]);
  await harness.endContainer();
  await harness.clock.runUntil(pumping);
});

const kinds = (harness: PumpHarness): string[] =>
  harness.logs.requests.map(request => (request.follow ? 'follow' : 'read'));

describe('a silent stream', () => {
  test('is looked beside every five minutes, and stays when there is nothing new', async () => {
    const harness = new PumpHarness();
    const pumping = harness.start();
    await harness.clock.settle();
    harness.logs.write('line');
    await harness.clock.advance(299_999);
    expect(kinds(harness)).toEqual(['follow']);
    await harness.clock.advance(600_001);
    expect(kinds(harness)).toEqual(['follow', 'read', 'read', 'read']);
    await harness.endContainer(200);
    await harness.clock.runUntil(pumping);
    expect(harness.composed).toBe(harness.logs.all);
  });

  test('that is dead is opened anew, from the last line', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    logs.faults.push({ after: 36, how: 'hang' });
    const pumping = harness.start();
    await clock.settle();
    logs.write('line');
    await clock.settle();
    logs.write('unseen');
    await clock.advance(301_000);
    const sinceTime = '2026-11-23T09:59:59Z';
    expect(logs.requests).toEqual([
      { follow: true },
      { follow: false, sinceTime },
      { follow: true, sinceTime },
    ]);
    await harness.endContainer(200);
    await clock.runUntil(pumping);
    expect(harness.composed).toBe(logs.all);
  });

  test('after a burst may be stuck in a rotated file: it is looked beside after 10 s', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    const burst = 'x'.repeat(5 * 1_024 * 1_024);
    logs.faults.push({ after: burst.length + 32, how: 'hang' });
    const pumping = harness.start();
    await clock.settle();
    logs.write(burst);
    logs.rotate();
    await clock.advance(1_000);
    logs.write('in the next file');
    await clock.advance(8_999);
    expect(kinds(harness)).toEqual(['follow']);
    await clock.advance(500);
    expect(kinds(harness)).toEqual(['follow', 'read', 'follow']);
    await harness.endContainer(500);
    const { gaps } = await clock.runUntil(pumping);
    expect({ gaps, isWhole: harness.composed === logs.all }).toEqual({ gaps: 0, isWhole: true });
  });

  test('after a burst is kept, and looked beside ever less often, while nothing comes after a rotation', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    const pumping = harness.start();
    await clock.settle();
    logs.write('x'.repeat(5 * 1_024 * 1_024));
    await clock.settle();
    logs.rotate();
    await clock.advance(1_200_000);
    expect(kinds(harness)).toEqual(['follow', ...Array.from({ length: 7 }, () => 'read')]);
    await harness.endContainer(200);
    const { gaps } = await clock.runUntil(pumping);
    expect({ gaps, isWhole: harness.composed === logs.all }).toEqual({ gaps: 0, isWhole: true });
  });
});

test('lines that were rotated away while the stream was cut are marked and counted', async () => {
  const harness = new PumpHarness();
  const { clock, logs } = harness;
  logs.faults.push({ after: 37, how: 'cut' });
  const pumping = harness.start();
  await clock.settle();
  logs.write('first');
  const first = logs.all;
  const firstTimestamp = first.slice(0, 30);
  await clock.settle();
  logs.write('lost');
  logs.rotate();
  const beforeLast = logs.all.length;
  await clock.advance(2_000);
  logs.write('last');
  await harness.endContainer(300);
  const { gaps, bytes } = await clock.runUntil(pumping);
  const marker = `${firstTimestamp} [taskpod] lines may be missing here: the log was rotated before it was read\n`;
  const expected = first + marker + logs.all.slice(beforeLast);
  expect({ gaps, bytes, composed: harness.composed }).toEqual({
    gaps: 1,
    bytes: expected.length,
    composed: expected,
  });
});

test('what is no outage is thrown', async () => {
  const bug = new TypeError('a bug');
  const harness = new PumpHarness();
  const pumping = harness.start({ pods: { openLog: async () => Promise.reject(bug) } });
  await expect(harness.clock.runUntil(pumping)).rejects.toBe(bug);
  expect(harness.clock.sleeping).toBe(0);
});
