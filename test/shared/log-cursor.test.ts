import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cursor, cursorAfter, lineTimestamp, sinceTimeOf, startOfLog } from '../../shared/log-cursor.ts';
import { createResumeFilter } from '../../shared/log-resume.ts';
import {
  anyChunkSizes,
  anyDisorderedLog,
  anyOrderedLog,
  inChunks,
  type LogLine,
  linesSince,
  logBytes,
  logLine,
} from '../fakes/log-lines.ts';

const t1 = '2026-11-23T10:00:01.500000000Z';
const t2 = '2026-11-23T10:00:02.000000001Z';
const at = (timestamp: string, linesAtTimestamp: number, lineBytes: number, bytes: number): Cursor => ({
  timestamp,
  linesAtTimestamp,
  lineBytes,
  midLine: false,
  bytes,
});

describe('cursorAfter', () => {
  const after = at(t1, 2, 33, 100);
  const cases = [
    { name: 'nothing', previous: after, text: '', expected: after },
    { name: 'first line', previous: startOfLog, text: `${t1} a\n`, expected: at(t1, 1, 33, 33) },
    { name: 'an empty line', previous: startOfLog, text: `${t1} \n`, expected: at(t1, 1, 32, 32) },
    { name: 'same timestamp', previous: after, text: `${t1} a\n${t1} bc\n`, expected: at(t1, 4, 34, 167) },
    { name: 'older lines before', previous: after, text: `${t1} a\n${t2} b\n`, expected: at(t2, 1, 33, 166) },
    { name: 'a line without timestamp', previous: after, text: 'more\n', expected: at(t1, 2, 38, 105) },
    {
      name: 'a line, and one without timestamp',
      previous: after,
      text: `${t2} a\nmore\n`,
      expected: at(t2, 1, 38, 138),
    },
    {
      name: 'a line that does not end',
      previous: after,
      text: `${t2} a`,
      expected: { ...at(t2, 1, 32, 132), midLine: true },
    },
    {
      name: 'the rest of a line that looks like a line',
      previous: { ...after, midLine: true },
      text: `${t2} a\n`,
      expected: at(t1, 2, 66, 133),
    },
    {
      name: 'the rest of a line, still not its end',
      previous: { ...after, midLine: true },
      text: 'abc',
      expected: { ...at(t1, 2, 36, 103), midLine: true },
    },
  ];
  test.each(cases)('$name', ({ previous, text, expected }) => {
    expect(cursorAfter(previous, Buffer.from(text))).toEqual(expected);
  });

  test('gives the same for a whole log as line by line', () => {
    fc.assert(
      fc.property(anyOrderedLog, lines => {
        const atOnce = cursorAfter(startOfLog, logBytes(lines));
        const lineByLine = lines.map(line => line.bytes).reduce(cursorAfter, startOfLog);
        expect(lineByLine).toEqual(atOnce);
      }),
    );
  });
});

test.each([
  ['2026-11-23T10:00:01.500000000Z text', '2026-11-23T10:00:01.500000000Z'],
  ['2026-11-23T10:00:01.500000000+02:00 text', '2026-11-23T10:00:01.500000000+02:00'],
  ['2026-11-23T10:00:01.500000000Z', undefined],
  ['2026-11-23T10:00:01.5Z text', undefined],
  ['text 2026-11-23T10:00:01.500000000Z text', undefined],
  ['', undefined],
])('lineTimestamp of %j is %j', (line, expected) => {
  expect(lineTimestamp(Buffer.from(`before\n${line}`), 'before\n'.length)).toBe(expected);
});

test.each([
  ['', undefined],
  ['2026-11-23T10:00:01.500000000Z', '2026-11-23T10:00:01Z'],
  ['2026-11-23T10:00:01.100000000Z', '2026-11-23T10:00:01Z'],
  ['2026-11-23T10:00:01.099999999Z', '2026-11-23T10:00:00Z'],
  ['2026-11-23T10:00:01.999999999+02:00', '2026-11-23T08:00:01Z'],
  ['9999-99-99T99:99:99.999999999Z', undefined],
])('sinceTimeOf %j is %j', (timestamp, expected) => {
  expect(sinceTimeOf({ ...startOfLog, timestamp })).toBe(expected);
});

/** Keeps the log up to `cut`, in pieces that end like segments: after a line, or deep in one; gives the cursor there. */
function keep(lines: readonly LogLine[], cut: number, pieceBytes: number) {
  const kept = logBytes(lines).subarray(0, cut);
  let cursor = startOfLog;
  for (let start = 0; start < kept.length; ) {
    const piece = kept.subarray(start, start + pieceBytes);
    const end = start + (piece.lastIndexOf('\n') + 1 || piece.length);
    cursor = cursorAfter(cursor, kept.subarray(start, end));
    start = end;
  }
  return { kept, cursor };
}

/** Opens `lines` again at the cursor, some seconds too early, and gives what the filter lets pass. */
function resume(lines: readonly LogLine[], cursor: Cursor, sizes: readonly number[], earlySeconds: number) {
  const since = sinceTimeOf(cursor);
  const early = since && new Date(Date.parse(since) - earlySeconds * 1_000).toISOString();
  const filter = createResumeFilter(cursor);
  const fresh = inChunks(logBytes(linesSince(lines, early)), sizes).map(chunk => filter.push(chunk));
  fresh.push(filter.end());
  const stateAtEnd = filter.state;
  if (filter.state === 'seeking') fresh.push(filter.giveUp());
  return { fresh: Buffer.concat(fresh), stateAtEnd, state: filter.state };
}

const anyPlace = fc.double({ min: 0, max: 1, noNaN: true });
const anyPieceBytes = fc.integer({ min: 36, max: 500 });
const anyEarly = fc.integer({ min: 0, max: 4 });
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('cut and resume', () => {
  test.each([
    ['in order', anyOrderedLog],
    ['of two streams, slightly out of order', anyDisorderedLog],
  ])('gives exactly the original of a log %s, wherever it is cut', (_name, anyLog) => {
    fc.assert(
      fc.property(
        anyLog,
        anyPlace,
        anyPieceBytes,
        anyChunkSizes,
        anyEarly,
        (lines, place, piece, sizes, early) => {
          const whole = logBytes(lines);
          const { kept, cursor } = keep(lines, Math.floor(place * whole.length), piece);
          const { fresh, stateAtEnd } = resume(lines, cursor, sizes, early);
          expect({ all: text(kept) + text(fresh), stateAtEnd }).toEqual({
            all: text(whole),
            stateAtEnd: 'found',
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('reports a gap when lines after the cursor are gone, and only then', () => {
    const anyIndex = fc.nat();
    fc.assert(
      fc.property(anyOrderedLog, anyIndex, anyIndex, anyChunkSizes, (lines, cutIndex, lostIndex, sizes) => {
        const cutLine = cutIndex % lines.length;
        const cut = logBytes(lines.slice(0, cutLine + 1)).length;
        // A rotation between two lines of the same nanosecond, or within a line, cannot be told from none.
        const borders = [...lines.keys()].filter(
          index => lines[index]?.hasTimestamp && lines[index]?.nanos !== lines[index - 1]?.nanos,
        );
        const lost = borders[lostIndex % borders.length] ?? 0;
        const { kept, cursor } = keep(lines, cut, 500);
        const { fresh, state } = resume(lines.slice(lost), cursor, sizes, 0);
        const isCursorLineThere =
          logBytes(lines.slice(lost)).length >= logBytes(lines).length - cut + cursor.lineBytes;
        if (isCursorLineThere) {
          expect({ state, all: text(kept) + text(fresh) }).toEqual({
            state: 'found',
            all: text(logBytes(lines)),
          });
        } else {
          expect({ state, fresh: text(fresh) }).toEqual({
            state: 'missed',
            fresh: text(logBytes(lines.slice(lost))),
          });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the filter', () => {
  const cursor = cursorAfter(startOfLog, logLine(5_000_000_000n, 'kept').bytes);

  test('passes chunks on untouched once the cursor’s line was found', () => {
    const filter = createResumeFilter(cursor);
    filter.push(logLine(5_000_000_000n, 'kept').bytes);
    const chunk = Buffer.from('anything');
    expect([filter.state, filter.push(chunk) === chunk]).toEqual(['found', true]);
  });

  test('holds back younger lines while the cursor’s line may still come', () => {
    const filter = createResumeFilter(cursor);
    const younger = logLine(5_900_000_000n, 'younger').bytes;
    expect([filter.push(younger).length, filter.state]).toEqual([0, 'seeking']);
    const tooYoung = logLine(6_000_000_001n + 1_000_000n, 'too young').bytes;
    expect([text(filter.push(tooYoung)), filter.state]).toEqual([text(younger) + text(tooYoung), 'missed']);
  });

  test('holds back no more than 1 MiB', () => {
    const filter = createResumeFilter(cursor);
    const younger = logLine(5_900_000_000n, 'x'.repeat(400_000)).bytes;
    const passed = [1, 2, 3, 4].map(() => filter.push(younger).length);
    expect([passed, filter.state]).toEqual([[0, 0, 3 * younger.length, younger.length], 'missed']);
  });
});
