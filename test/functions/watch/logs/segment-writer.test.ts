import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SegmentWriter } from '../../../../functions/watch/logs/segment-writer.ts';
import { logNames, readLogFacts, storedLog } from '../../../../functions/watch/logs/stored-log.ts';
import { TaskpodError } from '../../../../shared/errors.ts';
import { cursorAfter, startOfLog } from '../../../../shared/log-cursor.ts';
import { anyOrderedLog, inChunks, logBytes, logLine } from '../../../fakes/log-lines.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { LogBucket } from './log-bucket.ts';

const names = logNames({ dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 }, 'base');
const line = (seconds: number, text: string): Buffer => logLine(BigInt(seconds) * 1_000_000_000n, text).bytes;

/** A writer, its bucket, and the gate that its writes wait at when closed. */
async function setUp(segmentBytes?: number, bucket = new LogBucket(), clock = new ManualClock()) {
  const failures: unknown[] = [];
  const abort = new AbortController();
  const writer = new SegmentWriter({
    names,
    stored: storedLog(names, await bucket.listing()),
    store: bucket,
    clock,
    signal: abort.signal,
    onFailure: error => failures.push(error),
    segmentBytes,
  });
  const segments = (): (string | undefined)[] => bucket.names().map(name => bucket.text(name));
  return { writer, bucket, clock, failures, abort, segments };
}

/** Holds all writes back until it is opened. */
function closeGate(bucket: LogBucket): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  bucket.before = () => promise;
  return () => {
    bucket.before = async () => undefined;
    resolve();
  };
}

describe('a segment ends', () => {
  test('at its size, after the last whole line', async () => {
    const { writer, segments } = await setUp(100);
    const [a, b, c, d] = [line(1, 'a'), line(2, 'b'), line(3, 'c'), line(4, 'd')];
    await writer.append(Buffer.concat([a, b, c, d]));
    const { rest } = await writer.finish();
    expect({ segments: segments(), rest: String(rest) }).toEqual({
      segments: [`${a}${b}${c}`, String(d)],
      rest: '',
    });
  });

  test('within a line only when the line is longer than a segment', async () => {
    const { writer, segments, bucket } = await setUp(100);
    const long = line(1, 'x'.repeat(250));
    const next = line(2, 'next');
    await writer.append(Buffer.concat([long, next]));
    await writer.finish();
    expect(segments()).toEqual([
      String(long.subarray(0, 100)),
      String(long.subarray(100, 200)),
      String(long.subarray(200)),
      String(next),
    ]);
    const [first] = await bucket.listing();
    expect(first && readLogFacts(first).cursor).toEqual({
      timestamp: '1970-01-01T00:00:01.000000000Z',
      linesAtTimestamp: 1,
      lineBytes: 100,
      midLine: true,
      bytes: 100,
    });
  });

  test('after a tenth of the log’s age, at least 2 s and at most 30 s', async () => {
    const { writer, clock, bucket } = await setUp();
    const times: number[] = [];
    const startedAt = clock.now();
    bucket.before = async () => {
      times.push(clock.now() - startedAt);
    };
    for (let second = 0; second < 600; second++) {
      await writer.append(line(second, 'text'));
      await clock.advance(1_000);
    }
    const ages = times.map((time, index) => Math.min(time - (times[index - 1] ?? 0), 30_000));
    expect(ages.slice(0, 3)).toEqual([2_000, 2_000, 2_000]);
    expect(ages.filter((age, index) => age < (ages[index - 1] ?? 0))).toEqual([]);
    expect(ages.slice(-3)).toEqual([30_000, 30_000, 30_000]);
    expect(times.length).toBeLessThan(60);
  });

  test('later, when it is due within a line', async () => {
    const { writer, clock, segments } = await setUp();
    await writer.append(Buffer.from('1970-01-01T00:00:01.000000000Z begun'));
    await clock.advance(10_000);
    expect(segments()).toEqual([]);
    await writer.append(Buffer.from(' and ended\nnext'));
    await clock.settle();
    expect(segments()).toEqual(['1970-01-01T00:00:01.000000000Z begun and ended\n']);
  });
});

test('segments are written strictly one after another, and the reader waits when two are full', async () => {
  const { writer, bucket, clock } = await setUp(100);
  const open = closeGate(bucket);
  let appended = 0;
  const feeding = (async () => {
    for (let number = 0; number < 9; number++) {
      await writer.append(line(number, 'x'));
      appended++;
    }
  })();
  await clock.settle();
  // The first segment (3 lines) is being written, the second is full.
  expect({ appended, writes: bucket.writes }).toEqual({ appended: 6, writes: [] });
  open();
  await feeding;
  await writer.finish();
  expect(bucket.writes).toEqual(
    [1, 2, 3, 4].slice(0, bucket.writes.length).map(n => `create ${names.segment(n)}`),
  );
  expect(logText(bucket)).toBe(Array.from({ length: 9 }, (_, number) => String(line(number, 'x'))).join(''));
});

function logText(bucket: LogBucket): string {
  return bucket
    .names()
    .map(name => bucket.text(name))
    .join('');
}

test('a log without a segment comes back whole at its end', async () => {
  const { writer, bucket, clock } = await setUp();
  await writer.append(line(1, 'a'));
  await writer.append(Buffer.from('half'));
  const { segments, rest, facts } = await writer.finish();
  expect({ segments, rest: String(rest), writes: bucket.writes, sleeping: clock.sleeping }).toEqual({
    segments: 0,
    rest: `${line(1, 'a')}half`,
    writes: [],
    sleeping: 0,
  });
  expect(facts).toEqual({
    version: 1,
    began_at: '2026-11-23T10:00:00.000Z',
    gaps: 0,
    cursor: cursorAfter(startOfLog, rest),
  });
});

test('each segment says where it ends, and the next writer goes on from there', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyOrderedLog,
      fc.integer({ min: 60, max: 400 }),
      fc.nat(40),
      async (lines, size, stopAt) => {
        const bucket = new LogBucket();
        const first = await setUp(size, bucket);
        for (const { bytes } of lines.slice(0, stopAt)) await first.writer.append(bytes);
        await first.writer.flush();
        const second = await setUp(size, bucket);
        expect(second.writer.cursor()).toEqual(first.writer.cursor());
        for (const chunk of inChunks(logBytes(lines.slice(stopAt)), [7, 50]))
          await second.writer.append(chunk);
        const { rest } = await second.writer.finish();
        const bodies: Buffer[] = [];
        let cursor = startOfLog;
        for (const name of bucket.names()) {
          const segment = await bucket.read(name, new AbortController().signal);
          if (!segment) throw new Error(`${name} is gone`);
          bodies.push(segment.body);
          cursor = cursorAfter(cursor, segment.body);
          expect(readLogFacts(segment).cursor).toEqual(cursor);
        }
        expect(Buffer.concat([...bodies, rest]).equals(logBytes(lines))).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
}, 30_000);

describe('a marker', () => {
  test('is a line of its own, is counted, and leaves the cursor where it was', async () => {
    const { writer } = await setUp();
    await writer.append(line(1, 'a'));
    const before = writer.cursor();
    writer.mark('lines are missing');
    const marker = '1970-01-01T00:00:01.000000000Z [taskpod] lines are missing\n';
    expect(writer.cursor()).toEqual({ ...before, bytes: before.bytes + marker.length });
    await writer.append(line(1, 'b'));
    expect(writer.cursor()).toMatchObject({ linesAtTimestamp: 2 });
    const { rest, facts } = await writer.finish();
    expect([String(rest), facts.gaps]).toEqual([`${line(1, 'a')}${marker}${line(1, 'b')}`, 1]);
  });

  test('ends an unfinished line first', async () => {
    const { writer } = await setUp();
    await writer.append(line(1, 'a').subarray(0, -1));
    writer.mark('m');
    const { rest } = await writer.finish();
    expect(String(rest)).toBe(`${line(1, 'a')}1970-01-01T00:00:01.000000000Z [taskpod] m\n`);
  });

  test('of a log without a line has the time of now', async () => {
    const { writer } = await setUp();
    writer.mark('m');
    const { rest } = await writer.finish();
    expect(String(rest)).toBe('2026-11-23T10:00:00.000000000Z [taskpod] m\n');
  });
});

test('rewind drops the unfinished line and gives it back', async () => {
  const { writer } = await setUp();
  await writer.append(Buffer.from(`${line(1, 'a')}half`));
  const cursor = writer.cursor();
  expect([String(writer.unfinished()), String(writer.rewind()), String(writer.unfinished())]).toEqual([
    'half',
    'half',
    '',
  ]);
  expect(writer.cursor()).toEqual(cursor);
});

test('a segment of another Turn is lease_lost, told at once and at every call after', async () => {
  const { writer, bucket, failures, clock } = await setUp(60);
  await bucket.create(names.segment(1), 'theirs', { signal: new AbortController().signal });
  await writer.append(line(1, 'x'.repeat(60)));
  await clock.settle();
  const [failure] = failures;
  expect(failure instanceof TaskpodError && [failure.code, failure.message]).toEqual([
    'lease_lost',
    `another Turn has written ${names.segment(1)}`,
  ]);
  await expect(writer.append(line(2, 'b'))).rejects.toBe(failure);
  await expect(writer.flush()).rejects.toBe(failure);
  await expect(writer.finish()).rejects.toBe(failure);
  expect(failures).toHaveLength(1);
});
