import type { LogsMany } from '../scripts/measured/schemas.ts';
import { kubeconfigConnection } from '../shared/adapters/kubernetes/connection.ts';
import { attemptObjects } from '../shared/object-names.ts';
import { type Deployment, startDeployment } from '../test/cluster/harness.ts';
import { Curl } from './support/curl.ts';
import { leastOfCurl, mostGrowth } from './support/log-goals.ts';
import { ManyLogs } from './support/many-logs.ts';
import { checkNumberedLog, lineBytes } from './support/numbered-log.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { parseCount } from './support/series.ts';
import { median } from './support/statistics.ts';

/** Curl, watch twice, curl: whoever gains by being early or late, it is both. */
const bursts = ['curl', 'watch', 'watch', 'curl'] as const;

await runBench('logs-many', 20, measure, {
  pods: { type: 'string', default: '100' },
  lines: { type: 'string', default: '4000' },
  'start-seconds': { type: 'string', default: '180' },
});

/** Many containers print at the same moments; their logs are followed by as many curls, then by the watch function, and so on. */
async function measure(context: BenchContext): Promise<Findings> {
  const { pods, lines, 'start-seconds': startSeconds } = context.options;
  const options = {
    pods: parseCount(pods, 'pods'),
    lines: parseCount(lines, 'lines'),
    startSeconds: parseCount(startSeconds, 'start-seconds'),
    bursts: bursts.length,
  };
  const deployment = await startDeployment();
  const curl = await Curl.open(await kubeconfigConnection());
  const logs = new ManyLogs(options, { deployment, curl, context });
  try {
    await logs.begin();
    const speeds: Record<(typeof bursts)[number], number[]> = { curl: [], watch: [] };
    for (const [burst, who] of bursts.entries()) {
      context.progress(`burst ${burst + 1} of ${bursts.length}, to ${who}`);
      speeds[who].push(await (who === 'curl' ? logs.throughCurls(burst) : logs.throughWatch(burst)));
    }
    context.progress('waiting for the ends');
    await logs.end();
    const whole = await countWhole(deployment, logs.taskIds, options.lines * bursts.length);
    return findings(options, speeds, logs.memory, whole);
  } finally {
    await logs.stop();
    await curl.close();
    await deployment.stop();
  }
}

/** How many of the kept logs have every line once and in order. */
async function countWhole(
  deployment: Deployment,
  taskIds: readonly string[],
  lines: number,
): Promise<number> {
  let whole = 0;
  for (const taskId of taskIds) {
    const attempt = { dagId: 'default', runId: 'bench', taskId, tryNumber: 1 };
    const copy = await deployment.bucket.read(attemptObjects(attempt).log('base'));
    try {
      if (checkNumberedLog(copy ?? Buffer.alloc(0)).lines === lines) whole += 1;
    } catch (error) {
      console.error(`${taskId}: ${error}`);
    }
  }
  return whole;
}

function findings(
  { pods, lines }: { pods: number; lines: number },
  speeds: { curl: number[]; watch: number[] },
  { samplesMiB, peaksMiB, beforeMiB }: ManyLogs['memory'],
  whole: number,
): Findings {
  const [first = Number.NaN, second = Number.NaN] = peaksMiB;
  const figures: LogsMany = {
    pods,
    lines,
    bursts: bursts.length,
    curlMBPerSecond: rounded(median(speeds.curl)),
    watchMBPerSecond: rounded(median(speeds.watch)),
    wholeLogs: whole,
    beforeMiB: rounded(beforeMiB),
    firstPeakMiB: rounded(first),
    secondPeakMiB: rounded(second),
  };
  return {
    figures,
    measured: [
      { what: `${pods} curls --http2`, unit: 'MB/s', samples: speeds.curl },
      { what: 'watch function', unit: 'MB/s', samples: speeds.watch },
      { what: 'memory of watch, each second', unit: 'MiB', samples: samplesMiB },
    ],
    goals: [
      { what: 'logs with every line once and in order', unit: '', value: whole, atLeast: pods },
      {
        what: 'throughput, against curl',
        unit: 'times',
        value: median(speeds.watch) / median(speeds.curl),
        atLeast: leastOfCurl,
      },
      {
        what: 'peak of watch in its second burst, against the first',
        unit: 'times',
        value: second / first,
        atMost: mostGrowth,
      },
    ],
    notes: [
      `${pods} Pods, ${bursts.length} bursts of ${lines} lines of ${lineBytes} bytes each, of all at the same second`,
      'speed: timestamps included, from the second of the burst until 95 percent of it had come to the receiver',
      `memory of watch: ${Math.round(beforeMiB)} MiB before its first burst, at most ${peaksMiB.map(Math.round).join(' and ')} MiB in the two`,
      'before the last burst watch was ended, and went on after it where it was',
    ],
  };
}

/** Four digits that count. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
