import fc from 'fast-check';

/** One line of a container's log as a kubelet sends it; without `nanos` it has no timestamp of its own. */
export interface LogLine {
  /** Nanoseconds since the epoch. */
  nanos: bigint;
  /** False: what is left of a line whose beginning is older than what was asked for. */
  hasTimestamp: boolean;
  /** With the timestamp and the newline. */
  bytes: Buffer;
}

/** formatNanos writes a time as the kubelet does: RFC 3339 with 9 digits. */
function formatNanos(nanos: bigint): string {
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** logLine makes a line. */
export function logLine(nanos: bigint, text: string, hasTimestamp = true): LogLine {
  const head = hasTimestamp ? `${formatNanos(nanos)} ` : '';
  return { nanos, hasTimestamp, bytes: Buffer.from(`${head}${text}\n`) };
}

/** logBytes is the log as it was written. */
export function logBytes(lines: readonly LogLine[]): Buffer {
  return Buffer.concat(lines.map(line => line.bytes));
}

/** linesSince are the lines that a kubelet sends when asked for those since a time; it looks at each line alone. */
export function linesSince(lines: readonly LogLine[], sinceTime: string | undefined): LogLine[] {
  if (sinceTime === undefined) return [...lines];
  const since = BigInt(Date.parse(sinceTime)) * 1_000_000n;
  return lines.filter(line => line.nanos >= since);
}

/** inChunks cuts bytes into chunks of the given sizes, used again and again. */
export function inChunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + (sizes[chunks.length % sizes.length] ?? bytes.length);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

/** Sizes for inChunks. */
export const anyChunkSizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });

const text = fc
  .oneof(
    { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 3_000 }).map(length => 'x'.repeat(length)) },
    { weight: 1, arbitrary: fc.constant('2026-11-23T10:00:00.000000001Z looks like a line of its own') },
  )
  .map(value => value.replaceAll('\n', ' '));

const stepNanos = fc.constantFrom(
  0n,
  0n,
  1n,
  1_000n,
  5_000_000n,
  400_000_000n,
  1_000_000_000n,
  3_000_000_000n,
);
const start = BigInt(Date.UTC(2026, 10, 23, 10)) * 1_000_000n;

/** A log in the order of its timestamps, with equal timestamps and with lines that have none. */
export const anyOrderedLog: fc.Arbitrary<LogLine[]> = fc
  .array(fc.record({ step: stepNanos, text, hasTimestamp: fc.integer({ min: 0, max: 9 }).map(n => n > 0) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map(entries => {
    let nanos = start;
    return entries.map(({ step, text: line, hasTimestamp }, index) => {
      nanos += step;
      const isLine = hasTimestamp || index === 0;
      // What has no timestamp cannot be told from a line when it begins like one.
      return logLine(nanos, isLine ? line : line.replace(/^\d/, ''), isLine);
    });
  });

/** A log of two streams: each timestamp is different, and a line may stand up to 80 ms behind a younger one. */
export const anyDisorderedLog: fc.Arbitrary<LogLine[]> = fc
  .array(fc.record({ step: stepNanos, text, lateness: fc.integer({ min: 0, max: 80_000_000 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map(entries => {
    let nanos = start;
    return entries.map(({ step, text: line, lateness }, index) => {
      nanos += step + 100n;
      // The last two digits make each timestamp unique.
      const stamped = ((nanos - BigInt(lateness)) / 100n) * 100n + BigInt(index);
      return logLine(stamped, line);
    });
  });
