import { firstState, letters, nextState, shared } from './awk-parts.ts';

/** Which lines a container prints in one try, and how. */
export interface LogPlan {
  /** 1 to 2^31 - 2. */
  seed: number;
  /** Lines come in so many bursts. */
  bursts: number;
  linesPerBurst: number;
  /** Between two bursts; sleep takes it as it is. */
  pauseSeconds: number;
  /** Whether there are lines of more than 16 KiB, which the container runtime cuts and the kubelet joins again. */
  longLines: boolean;
  /** Whether the last line has no end. */
  unfinished: boolean;
  /** One of the two: the runtime keeps no order between them. */
  stream: 'stdout' | 'stderr';
  /** Whether it ends at SIGTERM, after the pause, with {@link stopCode} and a line that tells how many bursts it has printed. */
  stops?: boolean;
}

/** Exit code of a container that was told to end, and has. */
export const stopCode = 77;

const words = ['Größe', 'naïve', '日本語', '🙂', 'ασφαλής'] as const;

/** What `awk` is told of a burst: seed S, try T, burst B, lines N; L: long lines, U: the last line has no end. */
const program = `${shared}
BEGIN {
  split("${words.join(' ')}", W, " ")
  for (i = 1; i <= N; i++) {
    s = ""
    k = r() % 100
    if (k >= 5 && k < 12) {
      n = 1 + r() % 8
      for (j = 0; j < n; j++) s = s W[1 + r() % ${words.length}] " "
    }
    if (k >= 12) {
      at = 1 + r() % 700
      n = r() % 180
      s = T "." B "." i " " substr(A, at, n)
    }
    if (L && k >= 96) {
      n = 15000 + r() % 30000
      s = s A
      while (length(s) < n) s = s s
      s = substr(s, 1, n)
    }
    if (U && i == N) printf "%s", s "end"
    else print s
  }
}`;

/** printScript is the part of a shell script that prints what {@link printedLog} gives; \`$1\` is the try. */
export function printScript(plan: LogPlan): string {
  const { seed, bursts, linesPerBurst, pauseSeconds, longLines, unfinished, stream, stops = false } = plan;
  const lines = `awk -v S=${seed} -v T="$1" -v B=$b -v N=${linesPerBurst} -v L=${Number(longLines)} -v U=$u '${program}'`;
  return [
    // A shell that is process 1 takes no signal that it has no trap for.
    ...(stops ? ["trap 's=1' TERM"] : []),
    'b=1',
    `while [ $b -le ${bursts} ]; do`,
    'u=0',
    `if [ $b = ${bursts} ]; then u=${Number(unfinished)}; fi`,
    stream === 'stderr' ? `${lines} >&2` : lines,
    `if [ $b -lt ${bursts} ]; then sleep ${pauseSeconds}; fi`,
    ...(stops
      ? [`if [ -n "$s" ]; then echo "stopped $b"${stream === 'stderr' ? ' >&2' : ''}; exit ${stopCode}; fi`]
      : []),
    'b=$((b + 1))',
    'done',
  ].join('\n');
}

/** printedLog is what a container has printed to its end. */
export function printedLog(plan: LogPlan, tryNumber: number): Buffer {
  return Buffer.from(firstBursts(plan, tryNumber, plan.bursts));
}

/** stoppedLog is what it has printed when it was told to end, and so many bursts were printed. */
export function stoppedLog(plan: LogPlan, tryNumber: number, bursts: number): Buffer {
  return Buffer.from(`${firstBursts(plan, tryNumber, Math.min(bursts, plan.bursts))}stopped ${bursts}\n`);
}

/** burstsTold is how many bursts a log says to have printed before its end; undefined when it was not told to end. */
export function burstsTold(log: Buffer): number | undefined {
  const number = /(?:^|\n)stopped (\d{1,6})\n$/.exec(
    log.toString('latin1', Math.max(0, log.length - 40)),
  )?.[1];
  return number === undefined ? undefined : Number(number);
}

function firstBursts(plan: LogPlan, tryNumber: number, count: number): string {
  return Array.from({ length: count }, (_, index) => burst(plan, tryNumber, index + 1)).join('');
}

function burst(plan: LogPlan, tryNumber: number, number: number): string {
  let state = firstState(plan.seed, tryNumber, number);
  const r = (): number => {
    state = nextState(state);
    return state;
  };
  const line = (index: number): string => {
    let text = '';
    const kind = r() % 100;
    if (kind >= 5 && kind < 12) {
      const count = 1 + (r() % 8);
      for (let word = 0; word < count; word++) text += `${words[r() % words.length]} `;
    }
    if (kind >= 12) {
      const at = r() % 700;
      const length = r() % 180;
      text = `${tryNumber}.${number}.${index} ${letters.slice(at, at + length)}`;
    }
    if (plan.longLines && kind >= 96) {
      const length = 15_000 + (r() % 30_000);
      text += letters;
      while (text.length < length) text += text;
      text = text.slice(0, length);
    }
    return text;
  };
  const lines = Array.from({ length: plan.linesPerBurst }, (_, index) => line(index + 1));
  if (lines.length === 0) return '';
  return plan.unfinished && number === plan.bursts ? `${lines.join('\n')}end` : `${lines.join('\n')}\n`;
}
