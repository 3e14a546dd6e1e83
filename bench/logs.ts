import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubeconfigConnection } from '../shared/adapters/kubernetes/connection.ts';
import { connectStore } from '../shared/adapters/storage/connect.ts';
import { attemptObjects } from '../shared/object-names.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { systemClock } from '../shared/time.ts';
import { type Deployment, startDeployment } from '../test/cluster/harness.ts';
import { Curl, type Mark } from './support/curl.ts';
import { type CheckedLog, checkNumberedLog, lineBytes, writerCommand } from './support/numbered-log.ts';
import { connectBench } from './support/pod-times.ts';
import { cpuSeconds, resetPeak, residentMiB } from './support/process-usage.ts';
import type { Findings } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';

const lines = 400_000;
const rounds = 6;
const image = 'debian:bookworm';
/**
 * Readers come before the first line. The kubelet rotates a running container's log each 10 s when it has more than
 * 10 MiB, and ends a stream that has not come to the end of the rotated file when the container ends; so it stays.
 */
const writer = { lines, waitSeconds: 2, staySeconds: 15 };
/** Speed is taken when so much has come with the timestamps: 12 full segments of 4 MiB, 96 percent of the log. */
const markBytes = 48 * 2 ** 20;
/** Lets the Pod before end its clean-up. */
const pauseMs = 3_000;
const slowestOfCurl = 0.9;
const mostGrowthMiB = 64;
/** A kubelet may end a followed log before its end; curl cannot know, and is tried again. */
const mostTries = 3;
const taskMs = 180_000;

/** Megabytes of log, timestamps included, in a second, from the first line's time to the mark. */
interface Speeds {
  curl: number[];
  watch: number[];
  watchCpu: number[];
  /** How often the API server ended curl's stream before the log's end. */
  cutCurls: number;
}

await runBench('logs', 15, measure);

/** The same container again and again, its log followed live: now by curl, now by the watch function. */
async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const deployment = await startDeployment();
  const pods = await connectBench();
  const curl = await Curl.open(await kubeconfigConnection());
  try {
    const { watch } = await deployment.startAll();
    const retryDeps = { clock: systemClock, random: Math.random };
    const store = connectStore({ bucket: deployment.bucket.name, retryDeps });
    await warmUp(deployment);
    const before = await residentMiB(watch.pid, 'VmRSS');
    await resetPeak(watch.pid);
    const speeds: Speeds = { curl: [], watch: [], watchCpu: [], cutCurls: 0 };
    const turns = {
      curl: async (name: string) => {
        for (let tries = 1; tries <= mostTries; tries++) {
          const speed = await throughCurl(`${name}-${tries}`, deployment, pods, curl);
          if (speed !== undefined) return void speeds.curl.push(speed);
          speeds.cutCurls += 1;
        }
        throw new Error(`curl's stream was cut ${mostTries} times`);
      },
      watch: async (name: string) => {
        const cpu = await cpuSeconds(watch.pid);
        speeds.watch.push(await throughWatch(name, deployment, store));
        speeds.watchCpu.push((await cpuSeconds(watch.pid)) - cpu);
      },
    };
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      // Whoever is first in one round is second in the next.
      for (const turn of round % 2 === 1 ? (['curl', 'watch'] as const) : (['watch', 'curl'] as const)) {
        check();
        await sleep(pauseMs);
        await turns[turn](`${turn}-${round}`);
      }
    }
    return findings(speeds, (await residentMiB(watch.pid, 'VmHWM')) - before);
  } finally {
    await curl.close();
    await pods.close();
    await deployment.stop();
  }
}

/** Undefined when the stream was ended before the log's end. */
async function throughCurl(
  name: string,
  deployment: Deployment,
  pods: Awaited<ReturnType<typeof connectBench>>,
  curl: Curl,
): Promise<number | undefined> {
  const namespace = deployment.namespace.name;
  const container = { name: 'base', image, command: writerCommand(writer) };
  await pods.create(
    namespace,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: {}, annotations: {} },
      spec: { restartPolicy: 'Never', containers: [container] },
    },
    AbortSignal.timeout(10_000),
  );
  const { file, mark } = await curl.follow(namespace, name, markBytes);
  await deployment.namespace.deletePod(name);
  const checked = checkNumberedLog(await readFile(file));
  return mark === undefined || checked.lines < lines ? undefined : speed(checked, mark);
}

/** What has come is what stands in the bucket as segments. */
async function throughWatch(taskId: string, deployment: Deployment, store: ObjectStore): Promise<number> {
  const objects = await runTask(taskId, writerCommand(writer), deployment);
  const copy = await deployment.bucket.read(objects.log('base'));
  const checked = checkNumberedLog(copy ?? Buffer.alloc(0));
  if (checked.lines !== lines) throw new Error(`${taskId} has ${checked.lines} lines of ${lines}`);
  let bytes = 0;
  for await (const segment of store.list(objects.segments('base'), { signal: AbortSignal.timeout(60_000) })) {
    bytes += segment.sizeBytes;
    if (bytes >= markBytes) return speed(checked, { bytes, atMs: Date.parse(segment.updatedAt) });
  }
  throw new Error(`${taskId} has segments of ${bytes} bytes in all`);
}

/** Loads what the watch function loads late. */
async function warmUp(deployment: Deployment): Promise<void> {
  await runTask('warm-up', writerCommand({ lines: 1_000, waitSeconds: 1, staySeconds: 3 }), deployment);
}

async function runTask(taskId: string, cmds: string[], deployment: Deployment) {
  const attempt = { dagId: 'default', runId: 'bench', taskId, tryNumber: 1 };
  await deployment.publishTask({ task_id: taskId, run_id: 'bench', image, cmds });
  const { state, summary, detail } = await deployment.waitForOutcome(attempt, taskMs);
  if (state !== 'success') throw new Error(`${taskId} ended as ${state}: ${summary} ${detail}`);
  return attemptObjects(attempt);
}

function speed({ firstMs }: CheckedLog, { bytes, atMs }: Mark): number {
  return bytes / 1_000 / (atMs - firstMs);
}

function findings({ curl, watch, watchCpu, cutCurls }: Speeds, growthMiB: number): Findings {
  const ratios = watch.map((speed, round) => speed / (curl[round] ?? Number.NaN));
  return {
    measured: [
      { what: 'curl --http2', unit: 'MB/s', samples: curl },
      { what: 'watch function, into segments', unit: 'MB/s', samples: watch },
      { what: 'watch against curl, round by round', unit: 'times', samples: ratios },
      { what: 'CPU time of the watch process for one log', unit: 's', samples: watchCpu },
    ],
    goals: [
      {
        what: 'throughput, against curl',
        unit: 'times',
        value: median(watch) / median(curl),
        atLeast: slowestOfCurl,
      },
      { what: 'growth of the watch process', unit: 'MiB', value: growthMiB, atMost: mostGrowthMiB },
    ],
    notes: [
      `${lines} lines of ${lineBytes} bytes a log; every line came once and in order, in every copy`,
      `curl's stream ended before the log's end ${cutCurls} times; those copies do not count`,
      'both follow a live container, from the time of its first line until 96 percent of it are in a file or in the bucket',
    ],
  };
}
