import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TaskpodError } from '../../../../shared/errors.ts';
import { PumpHarness } from './pump-harness.ts';

const code = (error: unknown): unknown => (error instanceof TaskpodError ? error.code : error);

/** Lets a Turn pump for some time while lines are written, then ends it. */
async function turn(harness: PumpHarness, how: 'signal' | 'handover', lines: number, pauseMs = 500) {
  const stop = new AbortController();
  const pumping = harness.start({ [how]: stop.signal });
  const ended = pumping.then(() => 'finished', code);
  for (let number = 0; number < lines; number++) {
    harness.logs.write(`line ${number}`);
    await harness.clock.advance(pauseMs);
  }
  stop.abort();
  await harness.clock.settle();
  return ended;
}

describe('a Turn that ends', () => {
  test('at once leaves what is written; the next one reads the rest again', async () => {
    const harness = new PumpHarness();
    expect(await turn(harness, 'signal', 7)).toBe('aborted');
    const left = harness.bucket.text(harness.names.segment(1)) ?? '';
    expect({ lines: left.split('\n').length - 1, sleeping: harness.clock.sleeping }).toEqual({
      lines: 4,
      sleeping: 0,
    });
    await harness.endContainer();
    const result = await harness.clock.runUntil(harness.start());
    expect({ result, composed: harness.composed, requests: harness.logs.requests.length }).toEqual({
      result: { log: harness.names.log, bytes: harness.logs.all.length, gaps: 0 },
      composed: harness.logs.all,
      requests: 2,
    });
  });

  test('by handing over writes down all whole lines first', async () => {
    const harness = new PumpHarness();
    expect(await turn(harness, 'handover', 7)).toBe('aborted');
    const segments = [1, 2].map(number => harness.bucket.text(harness.names.segment(number)));
    expect({ all: segments.join(''), sleeping: harness.clock.sleeping }).toEqual({
      all: harness.logs.all,
      sleeping: 0,
    });
  });

  test('by handing over with nothing new writes nothing', async () => {
    const harness = new PumpHarness();
    expect(await turn(harness, 'handover', 0)).toBe('aborted');
    expect(harness.bucket.writes).toEqual([]);
  });

  test('any number of times and at any time: the log is whole', async () => {
    const anyTurn = fc.record({
      how: fc.constantFrom('signal' as const, 'handover' as const),
      lines: fc.nat(12),
      pauseMs: fc.constantFrom(0, 1, 300, 2_500),
      loses: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTurn, { maxLength: 6 }),
        fc.integer({ min: 60, max: 300 }),
        async (turns, size) => {
          const harness = new PumpHarness();
          for (const { how, lines, pauseMs, loses } of turns) {
            if (loses) harness.logs.faults.push({ after: lines * 20, how: 'cut' });
            await turn(harness, how, lines, pauseMs);
          }
          await harness.endContainer();
          const { gaps } = await harness.clock.runUntil(harness.start({ segmentBytes: size }));
          expect({ gaps, composed: harness.composed }).toEqual({ gaps: 0, composed: harness.logs.all });
        },
      ),
      { numRuns: 100 },
    );
  }, 30_000);
});

describe('a second Turn on the same log', () => {
  test('is told that its lease is lost when it writes a segment that is there', async () => {
    const harness = new PumpHarness();
    const first = harness.start();
    const second = harness.start();
    await harness.clock.settle();
    harness.logs.write('one');
    await harness.clock.advance(3_000);
    expect(await second.catch(code)).toBe('lease_lost');
    await harness.endContainer();
    await harness.clock.runUntil(first);
    expect({ composed: harness.composed, sleeping: harness.clock.sleeping }).toEqual({
      composed: harness.logs.all,
      sleeping: 0,
    });
  });

  test('takes the composed log of the faster one', async () => {
    const harness = new PumpHarness();
    harness.logs.write('one');
    await harness.endContainer();
    const both = [harness.start(), harness.start()];
    const results = await harness.clock.runUntil(Promise.all(both));
    const expected = { log: harness.names.log, bytes: harness.logs.all.length, gaps: 0 };
    expect(results).toEqual([expected, expected]);
  });
});

test('a log that is composed already costs no request, and what a crash has left is removed', async () => {
  const harness = new PumpHarness();
  harness.logs.write('one');
  await harness.endContainer();
  const first = await harness.clock.runUntil(harness.start());
  const { signal } = new AbortController();
  await harness.bucket.create(harness.names.part(1, 32), 'left over', { signal });
  const second = await harness.clock.runUntil(harness.start());
  expect({
    second,
    requests: harness.logs.requests.length,
    objects: harness.bucket.names(),
  }).toEqual({
    second: first,
    requests: 1,
    objects: [harness.names.log],
  });
});

test('gaps are counted over all Turns', async () => {
  const harness = new PumpHarness();
  const { clock, logs } = harness;
  for (let number = 0; number < 2; number++) {
    await turn(harness, 'handover', 2);
    logs.write('lost');
    logs.rotate();
    await clock.advance(2_000);
  }
  await turn(harness, 'handover', 1);
  await harness.endContainer();
  expect(await clock.runUntil(harness.start())).toMatchObject({ gaps: 2 });
  expect(harness.composed?.match(/\[taskpod\]/g)).toHaveLength(2);
});

test.each(['storage_unavailable', 'storage_refused'] as const)(
  '%s ends the pump at once',
  async storageCode => {
    const harness = new PumpHarness();
    const failure = new TaskpodError(storageCode, 'no bucket');
    harness.bucket.before = async () => Promise.reject(failure);
    const pumping = harness.start();
    await harness.clock.settle();
    harness.logs.write('one');
    await harness.clock.advance(2_000);
    await expect(pumping).rejects.toBe(failure);
    expect(harness.clock.sleeping).toBe(0);
  },
);
