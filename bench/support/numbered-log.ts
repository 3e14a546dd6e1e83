/** Bytes of a line that the writer prints, its newline included. */
export const lineBytes = 100;

/** Bytes of a timestamp and the blank after it, as the kubelet puts them before a line. */
export const timestampBytes = '2026-11-23T10:00:00.000000000Z '.length;

/** What the writer does. */
export interface WriterOptions {
  lines: number;
  /** Seconds before the first line, for readers to come. */
  waitSeconds: number;
  /** Seconds that the container lives after the last line. */
  staySeconds: number;
}

const pad = lineBytes - '00000001 '.length - 1;

/** writerCommand is a container's command: it prints numbered lines as fast as it can. */
export function writerCommand({ lines, waitSeconds, staySeconds }: WriterOptions): string[] {
  const print = `my $pad = "x" x ${pad}; printf "%08d %s\\n", $_, $pad for 1 .. ${lines}`;
  // Setting $| prints what is still in perl's buffer.
  return ['perl', '-e', `sleep ${waitSeconds}; ${print}; $| = 1; sleep ${staySeconds}`];
}

/** What a writer of several bursts does. */
export interface BurstOptions {
  /** Of each burst. */
  lines: number;
  /** When they begin: seconds since the epoch. */
  at: readonly number[];
  /** Seconds that the container lives after the last line. */
  staySeconds: number;
}

/** burstCommand is a container's command: at each time it prints so many numbered lines more, as fast as it can. */
export function burstCommand({ lines, at, staySeconds }: BurstOptions): string[] {
  const wait = 'while ((my $left = $at - time) > 0) { sleep $left }';
  const print = `printf "%08d %s\\n", ++$n, $pad for 1 .. ${lines}`;
  // Setting $| prints what is still in perl's buffer.
  const burst = `${wait} $| = 0; ${print}; $| = 1;`;
  return [
    'perl',
    '-e',
    `my $n = 0; my $pad = "x" x ${pad}; for my $at (${at.join(', ')}) { ${burst} } sleep ${staySeconds}`,
  ];
}

/** What a copy of the writer's log holds. */
export interface CheckedLog {
  /** Whole lines. A copy that was cut has less than were written. */
  lines: number;
  /** Milliseconds since the epoch at which the container runtime took the first line. */
  firstMs: number;
}

const newline = 10;
const line = /^(\S+) (\d{8} x+)$/;

/**
 * checkNumberedLog reads a copy of the writer's log (with timestamps) and throws at the first line that is not the one
 * after the line before it: each comes once, whole and in order. An unfinished line at the end does not count.
 */
export function checkNumberedLog(copy: Buffer): CheckedLog {
  let lines = 0;
  let firstMs = 0;
  let start = 0;
  for (let end = copy.indexOf(newline); end !== -1; end = copy.indexOf(newline, start)) {
    const text = copy.toString('latin1', start, end);
    const [, time = '', content = ''] = line.exec(text) ?? [];
    const number = String(lines + 1).padStart(8, '0');
    if (!content.startsWith(`${number} `) || content.length + 1 !== lineBytes) {
      throw new Error(`instead of line ${lines + 1} the copy has: ${text.slice(0, 60)}`);
    }
    if (lines === 0) firstMs = Date.parse(time);
    lines += 1;
    start = end + 1;
  }
  return { lines, firstMs };
}
