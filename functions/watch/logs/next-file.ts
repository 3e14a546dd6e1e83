import { lineTimestamp } from '../../../shared/log-cursor.ts';

/**
 * Two rotations of a log lie at least 3 s apart (containerLogMonitorInterval, 10 s by default): there is no whole file
 * between two lines that are nearer to each other than this.
 */
const sameRotationMs = 2_000;

/** Where a stream ended that the kubelet has ended properly. */
export interface StreamEnd {
  /** Timestamp of the last whole line. */
  timestamp: string;
  /** The unfinished line after it. */
  half: Buffer;
}

/**
 * goOnInNextFile tells what follows such an end when the log no longer holds its last line, but begins with `next`: the
 * kubelet ends a stream at the end of a rotated file when the container has ended by then, and the rest is in the next
 * file. Undefined: lines may be missing in between. containerd cuts a line in two when it changes files, and the second
 * half has a timestamp of its own, which is taken away here as the kubelet does.
 */
export function goOnInNextFile(end: StreamEnd, next: Buffer): Buffer | undefined {
  if (next.length === 0) return end.half;
  const timestamp = lineTimestamp(next);
  if (timestamp === undefined) return undefined;
  if (Date.parse(timestamp) - Date.parse(end.timestamp) >= sameRotationMs) return undefined;
  return end.half.length === 0 ? next : Buffer.concat([end.half, next.subarray(timestamp.length + 1)]);
}
