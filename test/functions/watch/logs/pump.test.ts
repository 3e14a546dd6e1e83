import { describe, expect, test } from 'vitest';
import { PumpHarness } from './pump-harness.ts';

describe('a container that ends well', () => {
  test('costs two requests and one write when the stream ends just before the news', async () => {
    const harness = new PumpHarness();
    const { clock, logs, bucket, names } = harness;
    const pumping = harness.start();
    await clock.settle();
    logs.write('one');
    logs.write('two');
    await harness.endContainer(1_000);
    const result = await clock.runUntil(pumping);
    expect({ result, composed: harness.composed, requests: logs.requests, writes: bucket.writes }).toEqual({
      result: { log: names.log, bytes: logs.all.length, gaps: 0 },
      composed: logs.all,
      requests: [{ follow: true }, expect.objectContaining({ follow: false })],
      writes: [`create ${names.log}`],
    });
    expect(clock.sleeping).toBe(0);
  });

  test('is read to its end at once when the news comes while the stream is open', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    const pumping = harness.start();
    await clock.settle();
    logs.write('one');
    const endedAt = clock.now();
    await harness.endContainer();
    const result = await clock.runUntil(pumping);
    expect({
      result,
      composed: harness.composed,
      requests: logs.requests,
      ms: clock.now() - endedAt,
    }).toEqual({
      result: { log: harness.names.log, bytes: logs.all.length, gaps: 0 },
      composed: logs.all,
      requests: [{ follow: true }, { follow: false, sinceTime: '2026-11-23T09:59:59Z' }],
      ms: 60,
    });
    expect(clock.sleeping).toBe(0);
  });

  test('needs one read when its end is known from the start', async () => {
    const harness = new PumpHarness();
    const { clock, logs } = harness;
    logs.write('one');
    await harness.endContainer();
    const result = await clock.runUntil(harness.start());
    expect({ result, composed: harness.composed, requests: logs.requests }).toEqual({
      result: { log: harness.names.log, bytes: logs.all.length, gaps: 0 },
      composed: logs.all,
      requests: [{ follow: false }],
    });
  });

  test('may have said nothing', async () => {
    const harness = new PumpHarness();
    const pumping = harness.start();
    await harness.clock.advance(10_000);
    await harness.endContainer();
    const result = await harness.clock.runUntil(pumping);
    expect({ result, composed: harness.composed }).toEqual({
      result: { log: harness.names.log, bytes: 0, gaps: 0 },
      composed: '',
    });
  });

  test('has its first lines in the bucket within 5 s', async () => {
    const harness = new PumpHarness();
    const { clock, logs, bucket, names } = harness;
    void harness.start();
    await clock.settle();
    logs.write('one');
    await clock.advance(5_000);
    expect(bucket.text(names.segment(1))).toBe(logs.all);
    harness.abort.abort();
  });
});
