import { describe, expect, test } from 'vitest';
import { composeLog } from '../../../../functions/watch/logs/compose.ts';
import {
  type LogFacts,
  logMetadata,
  logNames,
  storedLog,
} from '../../../../functions/watch/logs/stored-log.ts';
import { startOfLog } from '../../../../shared/log-cursor.ts';
import { LogBucket } from './log-bucket.ts';

const names = logNames({ dagId: 'd', runId: 'r', taskId: 't', tryNumber: 1 }, 'base');
const facts = (bytes: number): LogFacts => ({
  version: 1,
  began_at: '2026-11-23T10:00:00.000Z',
  gaps: 0,
  cursor: { ...startOfLog, bytes },
});
const { signal } = new AbortController();

/** A bucket with so many segments, of a few bytes each. */
async function bucketWith(segments: number) {
  const bucket = new LogBucket();
  let text = '';
  for (let number = 1; number <= segments; number++) {
    const body = `${number}\n`;
    text += body;
    await bucket.create(names.segment(number), body, { signal, metadata: logMetadata(facts(text.length)) });
  }
  bucket.writes.length = 0;
  const compose = async () => {
    const { parts } = storedLog(names, await bucket.listing());
    const rest = Buffer.alloc(0);
    return composeLog({ names, segments, rest, facts: facts(text.length), parts, store: bucket, signal });
  };
  return { bucket, text, compose };
}

const segmentNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => names.segment(index + 1));

describe('composing', () => {
  const cases = [
    { segments: 1, composed: [] },
    { segments: 32, composed: [] },
    { segments: 33, composed: [[1, 32]] },
    {
      segments: 65,
      composed: [
        [1, 32],
        [33, 64],
      ],
    },
    {
      segments: 70,
      composed: [
        [1, 32],
        [33, 64],
        [65, 70],
      ],
    },
    { segments: 1_024, parts: 32 },
    { segments: 1_025, parts: 33 },
    { segments: 2_100, parts: 66 + 3 },
  ];
  test.each(cases)('$segments segments', async ({ segments, composed, parts }) => {
    const { bucket, text, compose } = await bucketWith(segments);
    expect(await compose()).toEqual(facts(text.length));
    const left = bucket.names();
    expect({ log: bucket.text(names.log), left }).toEqual({
      log: text,
      left: [names.log, ...segmentNames(segments)],
    });
    const made = bucket.writes.filter(change => change.startsWith('compose')).slice(0, -1);
    if (composed)
      expect(made).toEqual(composed.map(([first = 0, last = 0]) => `compose ${names.part(first, last)}`));
    else expect(made).toHaveLength(parts);
  });

  test('no segment: the rest is the log, in one write', async () => {
    const { bucket } = await bucketWith(0);
    const rest = Buffer.from('all\n');
    const ended = { names, segments: 0, rest, facts: facts(4), parts: [], store: bucket, signal };
    expect(await composeLog(ended)).toEqual(facts(4));
    expect({ log: bucket.text(names.log), writes: bucket.writes }).toEqual({
      log: 'all\n',
      writes: [`create ${names.log}`],
    });
  });

  test('no segment, and another Turn writes its beginning meanwhile: the log is whole, its piece stays', async () => {
    const { bucket } = await bucketWith(0);
    const rest = Buffer.from('one\ntwo\n');
    bucket.before = async () => {
      bucket.before = async () => undefined;
      await bucket.create(names.segment(1), 'one\n', { signal, metadata: logMetadata(facts(4)) });
    };
    const ended = { names, segments: 0, rest, facts: facts(8), parts: [], store: bucket, signal };
    expect(await composeLog(ended)).toEqual(facts(8));
    expect({ log: bucket.text(names.log), piece: bucket.text(names.segment(1)) }).toEqual({
      log: 'one\ntwo\n',
      piece: 'one\n',
    });
    expect(storedLog(names, await bucket.listing())).toEqual({
      composed: facts(8),
      segments: 1,
      last: facts(4),
      parts: [],
    });
  });

  test('may crash before any of its writes and is taken up again', async () => {
    const segments = 1_060;
    const crash = new Error('killed');
    const { bucket: whole, compose: composeWhole } = await bucketWith(segments);
    await composeWhole();
    for (let crashAt = 0; crashAt < whole.writes.length; crashAt += 3) {
      const { bucket, text, compose } = await bucketWith(segments);
      let left = crashAt;
      bucket.before = async () => {
        if (left === 0) throw crash;
        left--;
      };
      await expect(compose()).rejects.toBe(crash);
      bucket.before = async () => undefined;
      await new Promise(resolve => setImmediate(resolve));
      expect(await compose()).toEqual(facts(text.length));
      expect(bucket.text(names.log)).toBe(text);
      expect(bucket.names().length).toBe(segments + 1);
    }
  });

  test('parts of an attempt that had fewer segments are not taken for these, and are removed', async () => {
    const { bucket, text, compose } = await bucketWith(40);
    await bucket.compose(segmentNames(38).slice(32), names.part(33, 38), { signal });
    await compose();
    expect({ log: bucket.text(names.log), objects: bucket.names().length }).toEqual({
      log: text,
      objects: 41,
    });
  });

  test('a log that another Turn has composed stays, and its facts are the answer', async () => {
    const { bucket, compose } = await bucketWith(2);
    await bucket.create(names.log, 'theirs', { signal, metadata: logMetadata(facts(6)) });
    await bucket.create(`${names.log}.other`, 'not this one', { signal });
    expect(await compose()).toEqual(facts(6));
    expect(bucket.text(names.log)).toBe('theirs');
  });
});
