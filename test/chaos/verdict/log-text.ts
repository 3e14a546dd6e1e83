/** A container's log as it is kept, taken apart. */
export interface LogText {
  /** The container's own bytes: no time stamps, no lines of ours. */
  bytes: Buffer;
  /** Places at which lines are missing, as lines of ours mark them. */
  gaps: number;
  /** The first line without a time stamp, if there is one. */
  bare: string | undefined;
}

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d) /;
const newline = 10;

/** readLogText takes a composed log apart. */
export function readLogText(log: Buffer): LogText {
  const kept: Buffer[] = [];
  let gaps = 0;
  let bare: string | undefined;
  for (let start = 0; start < log.length; ) {
    const at = log.indexOf(newline, start);
    const end = at === -1 ? log.length : at + 1;
    const head = stamp.exec(log.toString('latin1', start, Math.min(end, start + 40)))?.[0];
    const text = log.subarray(start + (head?.length ?? 0), end);
    if (head === undefined) bare ??= log.toString('utf8', start, Math.min(end, start + 80));
    if (text.toString('latin1', 0, 10) === '[taskpod] ') gaps++;
    else kept.push(text);
    start = end;
  }
  return { bytes: Buffer.concat(kept), gaps, bare };
}

/** isPrefix tells whether a log is the beginning of what was printed; a mark of a gap ends a line that was cut. */
export function isPrefix(kept: Buffer, printed: Buffer): boolean {
  const cut = kept.at(-1) === newline ? kept.subarray(0, -1) : kept;
  return [kept, cut].some(bytes => bytes.equals(printed.subarray(0, bytes.length)));
}

/** differenceOf says where two texts part. */
export function differenceOf(found: Buffer, expected: Buffer): string {
  const shorter = Math.min(found.length, expected.length);
  let at = 0;
  while (at < shorter && found[at] === expected[at]) at++;
  const line = expected.subarray(0, at).filter(byte => byte === newline).length + 1;
  return `${found.length} bytes instead of ${expected.length}, the first other one is number ${at + 1}, in line ${line}`;
}
