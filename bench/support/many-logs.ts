import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../test/cluster/harness.ts';
import type { FunctionProcess } from '../../test/cluster/support/function-process.ts';
import type { Curl, CurlStream } from './curl.ts';
import { burstSpeed } from './log-bursts.ts';
import { burstCommand, lineBytes, timestampBytes } from './numbered-log.ts';
import { PodMoments } from './pod-moments.ts';
import { connectBench } from './pod-times.ts';
import { receivedBytes, resetPeak, residentMiB } from './process-usage.ts';
import { push } from './push.ts';
import type { BenchContext } from './run-bench.ts';

const image = 'debian:bookworm';
/** From one burst to the next: writing, receiving, and who was late catching up. */
const burstGapMs = 60_000;
const burstMs = 35_000;
/** Receivers must be there so long before a burst. */
const readyMs = 4_000;
const staySeconds = 20;
const endMs = 300_000;

/** How many write how much. */
export interface ManyLogsOptions {
  pods: number;
  /** Of each Pod in each burst. */
  lines: number;
  /** Until the first burst: by then all containers have to run. */
  startSeconds: number;
  bursts: number;
}

interface ManyLogsDeps {
  deployment: Deployment;
  curl: Curl;
  context: BenchContext;
}

/** Many tasks that print in bursts, and those who receive what they print, one after the other. */
export class ManyLogs {
  readonly taskIds: readonly string[];
  readonly memory: { samplesMiB: number[]; peaksMiB: number[]; beforeMiB: number } = {
    samplesMiB: [],
    peaksMiB: [],
    beforeMiB: Number.NaN,
  };
  readonly #options: ManyLogsOptions;
  readonly #deps: ManyLogsDeps;
  readonly #moments = new PodMoments();
  readonly #firstMs: number;
  #pods: Awaited<ReturnType<typeof connectBench>> | undefined;
  #watch: FunctionProcess | undefined;
  #port: number | undefined;
  readonly #sampling = new AbortController();

  constructor(options: ManyLogsOptions, deps: ManyLogsDeps) {
    this.#options = options;
    this.#deps = deps;
    this.taskIds = Array.from({ length: options.pods }, (_, i) => `log-${i}`);
    this.#firstMs = Math.ceil(Date.now() / 1_000 + options.startSeconds) * 1_000;
  }

  /** Launches the tasks and waits until all their containers run. */
  async begin(): Promise<void> {
    const { deployment, context } = this.#deps;
    const { lines, bursts, pods } = this.#options;
    this.#pods = await connectBench();
    await this.#moments.start(this.#pods, deployment.namespace.name);
    const { url } = await deployment.startFunction('launch');
    const at = Array.from({ length: bursts }, (_, burst) => this.#burstMs(burst) / 1_000);
    const cmds = burstCommand({ lines, at, staySeconds });
    context.progress(`${pods} Pods, the first burst in ${this.#options.startSeconds} s`);
    for (const taskId of this.taskIds) {
      context.check();
      await push(url, {
        task_id: taskId,
        run_id: 'bench',
        image,
        cmds,
        schedule_timeout_seconds: 900,
        startup_timeout_seconds: 900,
      });
    }
    const withinMs = this.#firstMs - Date.now() - 2 * readyMs;
    await this.#moments.until('startedMs', { count: pods, withinMs, check: context.check });
  }

  /** Receives a burst by one curl for each Pod; gives megabytes a second. */
  async throughCurls(burst: number): Promise<number> {
    const { deployment, curl } = this.#deps;
    await this.#endWatch();
    // What was printed in earlier bursts does not come again.
    const since = burst === 0 ? undefined : new Date(this.#burstMs(burst) - 10_000).toISOString();
    const streams = this.taskIds.map(taskId =>
      curl.stream(deployment.namespace.name, this.#moments.all.get(taskId)?.name ?? '', since),
    );
    try {
      const received = async (): Promise<number> => {
        const sizes = await Promise.all(streams.map(stream => stream.size()));
        return sizes.reduce((sum, size) => sum + size, 0);
      };
      return await this.#receive(burst, received, () => allRun(streams));
    } finally {
      await Promise.all(streams.map(stream => stream.stop()));
    }
  }

  /** Receives a burst by the watch function; gives megabytes a second. */
  async throughWatch(burst: number): Promise<number> {
    const { pid } = this.#watch ?? (await this.#startWatch(burst));
    const speed = await this.#receive(
      burst,
      () => receivedBytes(pid),
      () => undefined,
    );
    await sleep(Math.max(0, this.#burstMs(burst) + burstMs - Date.now()));
    this.memory.peaksMiB.push(await residentMiB(pid, 'VmHWM'));
    await resetPeak(pid);
    return speed;
  }

  /** Lets watch bring all tasks to their ends. */
  async end(): Promise<void> {
    if (this.#watch === undefined) await this.#startWatch(this.#options.bursts);
    const { check } = this.#deps.context;
    await this.#moments.until('goneMs', { count: this.#options.pods, withinMs: endMs, check });
  }

  /** To be called whatever has happened. */
  async stop(): Promise<void> {
    this.#sampling.abort();
    await this.#moments.stop();
    await this.#pods?.close();
  }

  #burstMs(burst: number): number {
    return this.#firstMs + burst * burstGapMs;
  }

  async #receive(burst: number, received: () => Promise<number>, check: () => void): Promise<number> {
    const { pods, lines } = this.#options;
    const atMs = this.#burstMs(burst);
    const late = Date.now() + readyMs - atMs;
    if (late > 0) throw new Error(`the receivers came ${late} ms too late for burst ${burst + 1}`);
    const bytes = pods * lines * (timestampBytes + lineBytes);
    const checkAll = (): void => {
      check();
      this.#deps.context.check();
    };
    return burstSpeed({ atMs, bytes, withinMs: burstMs, received, check: checkAll });
  }

  /** Starts watch, or starts it again where it was, and waits until it has caught up with the bursts so far. */
  async #startWatch(burst: number): Promise<FunctionProcess> {
    const { deployment } = this.#deps;
    const { pods, lines } = this.#options;
    const isFirst = this.#port === undefined;
    const watch = await deployment.startFunction(
      'watch',
      this.#port === undefined ? {} : { port: this.#port },
    );
    this.#watch = watch;
    this.#port = watch.port;
    if (isFirst) await deployment.subscribe('watch', watch.url, { ackDeadlineSeconds: 600 });
    // The tickets of the launches went to nobody.
    await deployment.publishSweep();
    if (!isFirst) return watch;
    const missed = burst * pods * lines * (timestampBytes + lineBytes);
    while ((await receivedBytes(watch.pid)) < missed) {
      if (Date.now() > this.#burstMs(burst))
        throw new Error('watch has not caught up before its first burst');
      await sleep(200);
    }
    await sleep(2_000);
    this.memory.beforeMiB = await residentMiB(watch.pid, 'VmRSS');
    await resetPeak(watch.pid);
    void this.#sample(watch);
    return watch;
  }

  async #endWatch(): Promise<void> {
    if (this.#watch === undefined) return;
    this.#sampling.abort();
    await this.#watch.kill();
    this.#watch = undefined;
  }

  async #sample({ pid }: FunctionProcess): Promise<void> {
    const { signal } = this.#sampling;
    while (!signal.aborted) {
      const now = await residentMiB(pid, 'VmRSS').catch(() => undefined);
      // The process has ended.
      if (now === undefined) return;
      this.memory.samplesMiB.push(now);
      await sleep(1_000, undefined, { signal }).catch(() => undefined);
    }
  }
}

function allRun(streams: readonly CurlStream[]): void {
  const ended = streams.filter(stream => !stream.isRunning()).length;
  if (ended > 0) throw new Error(`${ended} of ${streams.length} curls have ended before the containers did`);
}
