import { createHash } from 'node:crypto';

/** Where a task leaves its XCom value: KubernetesPodOperator's path. */
export const xcomFile = '/airflow/xcom/return.json';

/** The largest file whose whole frame fits into a termination message (4,096 bytes). */
export const largestMessageFileBytes = 2_952;

/**
 * POSIX sh, run by busybox or any other shell: `$1` file, `$2` largest size in bytes, `$3` termination log. Sleeps until
 * TERM or INT, then prints the file framed and ends. The kubelet sends TERM once every main container has ended.
 *
 * PID 1 has no default action for TERM, so there is a trap; `wait` lets it run at once, which a `sleep` in the foreground
 * would not; outside a container nobody but us ends that sleep. Lines of 8,000 characters are never split by the
 * container runtime (16 KiB).
 */
const script = `file=$1 max=$2 log=$3
frame() {
  echo "XCOM1 BEGIN $size $sum"
  base64 <"$file" | tr -d '\\n' | fold -w 8000
  [ "$size" -eq 0 ] || echo
  echo "XCOM1 END $sum"
}
emit() {
  trap '' TERM INT
  kill $! 2>/dev/null
  if [ -L "$file" ] || [ ! -f "$file" ]; then
    message='XCOM1 NONE'
  elif ! { true <"$file"; } 2>/dev/null; then
    message='XCOM1 UNREADABLE'
  else
    size=$(($(wc -c <"$file")))
    if [ "$size" -gt "$max" ]; then
      message="XCOM1 TOOBIG $size"
    else
      sum=$(sha256sum <"$file")
      sum=\${sum%% *}
      if [ "$size" -gt ${largestMessageFileBytes} ]; then
        frame
        exit 0
      fi
      message=$(frame)
    fi
  fi
  echo "$message"
  { echo "$message" >"$log"; } 2>/dev/null
  exit 0
}
trap emit TERM INT
while :; do
  sleep 3600 &
  wait $!
done
`;

/** What the sidecar's script is told. */
export interface XcomSidecarOptions {
  /** Largest file that is printed. */
  maxBytes: number;
  /** Default {@link xcomFile}. */
  file?: string;
  /** Default `/dev/termination-log`. */
  terminationLog?: string;
}

/**
 * xcomSidecarCommand is the sidecar's command: it prints `XCOM1 BEGIN <bytes> <sha256>`, lines of base64, and
 * `XCOM1 END <sha256>`; or one line `XCOM1 NONE` (no regular file), `XCOM1 TOOBIG <bytes>`, `XCOM1 UNREADABLE`. What fits
 * is written to the termination log too, where it outlives the node.
 */
export function xcomSidecarCommand(options: XcomSidecarOptions): string[] {
  const { maxBytes, file = xcomFile, terminationLog = '/dev/termination-log' } = options;
  return ['/bin/sh', '-c', script, 'xcom', file, String(maxBytes), terminationLog];
}

/** What the sidecar told of the file. */
export type XcomResult =
  | { kind: 'value'; bytes: Buffer; sha256: string }
  /** There is no file, or it is a link, a directory or the like. */
  | { kind: 'none' }
  | { kind: 'too_big'; bytes: number }
  /** No frame, a cut or a damaged one: the file is lost to us. `detail` says what was seen. */
  | { kind: 'incomplete'; detail: string };

/** Puts a frame together, piece by piece. */
export interface XcomDecoder {
  /** Takes one or several whole lines without timestamps: a line of the sidecar's log, or a termination message. */
  push(text: string): void;
  /** True as soon as an answer is there that later lines do not change. */
  done(): boolean;
  /** The answer so far; `incomplete` until it is whole and its length and sha256 are right. */
  result(): XcomResult;
}

interface OpenFrame {
  size: number;
  sha256: string;
  parts: string[];
  length: number;
}

/**
 * createXcomDecoder reads what {@link xcomSidecarCommand} prints. Other lines before the frame are ignored; a new BEGIN
 * starts over, because a sidecar that was killed while it printed prints again. Never keeps more than `maxBytes` of data.
 */
export function createXcomDecoder(maxBytes: number): XcomDecoder {
  let frame: OpenFrame | undefined;
  let answer: XcomResult | undefined;
  let failure: string | undefined;

  const fail = (detail: string): void => {
    frame = undefined;
    failure = detail;
  };
  const begin = (size: number, sha256: string): void => {
    if (size > maxBytes) answer = { kind: 'too_big', bytes: size };
    else frame = { size, sha256, parts: [], length: 0 };
  };
  const data = (line: string, open: OpenFrame): void => {
    open.length += line.length;
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(line)) fail('the frame holds a line that is not base64');
    else if (open.length > Math.ceil(open.size / 3) * 4) fail(`the frame holds more than ${open.size} bytes`);
    else open.parts.push(line);
  };
  const end = (sha256: string, open: OpenFrame): void => {
    const bytes = Buffer.from(open.parts.join(''), 'base64');
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length !== open.size) fail(`the frame holds ${bytes.length} bytes and announces ${open.size}`);
    else if (actual !== open.sha256 || actual !== sha256) fail('the sha256 of the frame is wrong');
    else answer = { kind: 'value', bytes, sha256 };
  };
  const line = (text: string): void => {
    const [, word, first = '', second = ''] =
      /^XCOM1 (BEGIN|END|NONE|TOOBIG|UNREADABLE)(?: (\S+))?(?: (\S+))?$/.exec(text) ?? [];
    if (word === 'BEGIN' && isSize(first) && isSha256(second)) begin(Number(first), second);
    else if (word === 'END' && frame !== undefined) end(first, frame);
    else if (word === 'END') failure ??= 'the frame has no beginning';
    else if (word === 'NONE') answer = { kind: 'none' };
    else if (word === 'TOOBIG' && isSize(first)) answer = { kind: 'too_big', bytes: Number(first) };
    else if (word === 'UNREADABLE') fail('the sidecar was not allowed to read the file');
    else if (frame !== undefined && text !== '') data(text, frame);
  };
  return {
    push: text => {
      for (const part of text.split('\n')) if (answer === undefined) line(part);
    },
    done: () => answer !== undefined,
    result: () => {
      if (answer !== undefined) return answer;
      if (frame !== undefined) return { kind: 'incomplete', detail: 'the frame has no end' };
      return { kind: 'incomplete', detail: failure ?? 'the sidecar printed no frame' };
    },
  };
}

function isSize(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
