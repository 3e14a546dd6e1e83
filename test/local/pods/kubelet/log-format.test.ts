import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EntryReader,
  EntryWriter,
  LogClock,
  type LogView,
  partBytes,
} from '../../../../local/pods/kubelet/log-format.ts';

const start = 1_795_428_000_000_000_000n;

/** A clock that moves on by so many nanoseconds with each look. */
function clock(stepNs: bigint): LogClock {
  let now = start - stepNs;
  return new LogClock(() => {
    now += stepNs;
    return now;
  });
}

/** Cuts bytes into pieces of the given lengths, over and over. */
function cut(data: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < data.length; i++) {
    const length = Math.max(1, lengths[i % Math.max(1, lengths.length)] ?? data.length);
    pieces.push(data.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function write(output: Buffer, lengths: readonly number[] = [], stepNs = 1n): Buffer {
  const writer = new EntryWriter(clock(stepNs));
  return Buffer.concat([...cut(output, lengths).map(piece => writer.write(piece)), writer.end()]);
}

function read(stored: Buffer, view: LogView, lengths: readonly number[] = []): Buffer {
  const reader = new EntryReader(view);
  return Buffer.concat(cut(stored, lengths).map(piece => reader.read(piece)));
}

describe('LogClock', () => {
  test('writes nine digits, and never the same time twice', () => {
    const times = clock(0n);
    expect([times.next(), times.next(), times.next()]).toEqual([
      '2026-11-23T10:00:00.000000000Z',
      '2026-11-23T10:00:00.000000001Z',
      '2026-11-23T10:00:00.000000002Z',
    ]);
  });

  test('does not go back when the machine does', () => {
    const nows = [start + 5_000_000_000n, start, start + 7_000_000_000n];
    const times = new LogClock(() => nows.shift() ?? 0n);
    expect([times.next(), times.next(), times.next()].map(time => time.slice(17))).toEqual([
      '05.000000000Z',
      '05.000000001Z',
      '07.000000000Z',
    ]);
  });
});

describe('entries', () => {
  test('are the container runtime’s: full lines, and parts of long and unfinished ones', () => {
    const output = Buffer.from(`one\n\n${'x'.repeat(partBytes + 1)}\nlast`);
    const time = (n: number) => `2026-11-23T10:00:00.00000000${n}Z`;
    expect(write(output).toString()).toBe(
      [
        `${time(0)} F one`,
        `${time(1)} F `,
        `${time(2)} P ${'x'.repeat(partBytes)}`,
        `${time(3)} F x`,
        `${time(4)} P last`,
        '',
      ].join('\n'),
    );
  });

  test('with times, a line has one however many parts it has', () => {
    const stored = write(Buffer.from(`${'x'.repeat(2 * partBytes)}y\nlast`));
    const time = (n: number) => `2026-11-23T10:00:00.00000000${n}Z`;
    expect(read(stored, { timestamps: true }).toString()).toBe(
      `${time(0)} ${'x'.repeat(2 * partBytes)}y\n${time(3)} last`,
    );
  });

  test('of earlier seconds are left out; those of the second itself stay', () => {
    const stored = write(Buffer.from('a\nb\nc\nd\n'), [], 600_000_000n);
    const since = (second: string) => read(stored, { timestamps: false, sinceSecond: second }).toString();
    expect(
      ['2026-11-23T09:59:59', '2026-11-23T10:00:00', '2026-11-23T10:00:01', '2026-11-23T10:00:02'].map(since),
    ).toEqual(['a\nb\nc\nd\n', 'a\nb\nc\nd\n', 'c\nd\n', '']);
  });

  test('are cut after limitBytes, and the reader says that it is full', () => {
    const reader = new EntryReader({ timestamps: false, limitBytes: 5 });
    const stored = write(Buffer.from('abc\ndef\n'));
    expect([reader.read(stored).toString(), reader.isFull, reader.read(stored).toString()]).toEqual([
      'abc\nd',
      true,
      '',
    ]);
  });

  const anyOutput = fc
    .array(
      fc.oneof(fc.constant('\n'), fc.string(), fc.integer({ min: partBytes - 1, max: 2 * partBytes + 1 })),
    )
    .map(parts =>
      Buffer.from(parts.map(part => (typeof part === 'number' ? 'x'.repeat(part) : part)).join('')),
    );
  const anyCuts = fc.array(fc.integer({ min: 999, max: 40_000 }), { maxLength: 5 });

  test('can be written and read byte by byte', () => {
    const output = Buffer.from('ä\n\nlast');
    expect(read(write(output, [1]), { timestamps: false }, [1]).toString()).toBe(output.toString());
  });

  test('give back every byte, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(anyOutput, anyCuts, anyCuts, (output, writeCuts, readCuts) => {
        const stored = write(output, writeCuts);
        expect(read(stored, { timestamps: false }, readCuts).equals(output)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('have one time a line, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(anyOutput, anyCuts, (output, cuts) => {
        const shown = read(write(output, cuts), { timestamps: true }, cuts).toString();
        const lines = shown.split(/(?<=\n)/).filter(line => line !== '');
        const stamp = /^2026-11-23T10:00:00\.\d{9}Z /;
        expect(lines.filter(line => !stamp.test(line))).toEqual([]);
        expect(lines.map(line => line.slice(31)).join('')).toBe(output.toString());
      }),
      { numRuns: 40 },
    );
  });
});
