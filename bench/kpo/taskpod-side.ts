import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { attemptObjects } from '../../shared/object-names.ts';
import { systemClock } from '../../shared/time.ts';
import type { Deployment } from '../../test/cluster/harness.ts';
import type { FunctionProcess } from '../../test/cluster/support/function-process.ts';
import { waitFor } from '../../test/cluster/support/wait.ts';
import type { PodMoments } from '../support/pod-moments.ts';
import { cpuSeconds } from '../support/process-usage.ts';
import { watchMemory } from './memory-peak.ts';
import { keptLineNumber, LineTally } from './received-log.ts';
import { type Batch, markShare, type Ran, type ReceivedLog, type Side } from './side.ts';
import { type BenchTask, taskArguments } from './tasks.ts';
import { parseValue } from './worker-messages.ts';

const taskMs = 180_000;
const functionNames = ['launch', 'watch'] as const;

/** Taskpod: one launch and one watch process, tasks through Pub/Sub. */
export class TaskpodSide implements Side {
  readonly name = 'taskpod';
  readonly #deployment: Deployment;
  readonly #moments: PodMoments;
  readonly #store: ReturnType<typeof connectStore>;
  #functions: FunctionProcess[];

  private constructor(deployment: Deployment, moments: PodMoments, functions: FunctionProcess[]) {
    this.#deployment = deployment;
    this.#moments = moments;
    this.#functions = functions;
    const retryDeps = { clock: systemClock, random: Math.random };
    this.#store = connectStore({ bucket: deployment.bucket.name, retryDeps });
  }

  static async begin(deployment: Deployment, moments: PodMoments): Promise<TaskpodSide> {
    const { launch, watch } = await deployment.startAll();
    return new TaskpodSide(deployment, moments, [launch, watch]);
  }

  async run(tasks: readonly BenchTask[]): Promise<Batch> {
    const memory = watchMemory(this.#functions.map(({ pid }) => pid));
    const cpuBefore = await this.#cpuMs();
    const went = await Promise.all(
      tasks.map(async task => {
        const goMs = Date.now();
        await this.#deployment.publishTask(this.#message(task));
        return { id: task.id, goMs };
      }),
    );
    const ran: Ran[] = [];
    // One is asked for after the other, because asking costs the storage server its time.
    for (const { id, goMs } of went) ran.push({ ...(await this.#ended(id)), goMs });
    await this.#untilNobodyWatches();
    return { ran, cpuMs: (await this.#cpuMs()) - cpuBefore, peakMiB: await memory(), execs: 0 };
  }

  async runAnew(task: BenchTask): Promise<{ wholeMs: number; cpuMs: number }> {
    const ports = this.#functions.map(({ port }) => port);
    await Promise.all(this.#functions.map(running => running.kill()));
    const goMs = Date.now();
    this.#functions = await Promise.all(
      functionNames.map((name, i) => this.#deployment.startFunction(name, { port: ports[i] ?? 0 })),
    );
    await this.#deployment.publishTask(this.#message(task));
    const { resultMs } = await this.#ended(task.id);
    await this.#untilNobodyWatches();
    return { wholeMs: resultMs - goMs, cpuMs: await this.#cpuMs() };
  }

  async log({ id }: BenchTask, lines: number): Promise<ReceivedLog> {
    const objects = attemptObjects(attemptOf(id));
    const copy = (await this.#deployment.bucket.read(objects.log('base')))?.toString('latin1') ?? '';
    const tally = new LineTally(lines);
    for (const text of copy.split('\n')) {
      const number = keptLineNumber(text);
      if (number !== undefined) tally.add(number);
    }
    let bytes = 0;
    let markMs = Number.NaN;
    let lastMs = Number.NaN;
    for await (const segment of this.#store.list(objects.segments('base'), {
      signal: AbortSignal.timeout(60_000),
    })) {
      bytes += segment.sizeBytes;
      lastMs = Date.parse(segment.updatedAt);
      if (Number.isNaN(markMs) && bytes >= markShare * copy.length) markMs = lastMs;
    }
    const { missing, repeated } = tally.result;
    return { missing, repeated, markMs, lastMs };
  }

  #message(task: BenchTask): object {
    return { run_id: 'bench', ...taskArguments(task) };
  }

  async #ended(id: string): Promise<Omit<Ran, 'goMs'>> {
    const attempt = attemptOf(id);
    const { state, summary } = await this.#deployment.waitForOutcome(attempt, taskMs);
    if (state !== 'success') throw new Error(`${id} ended as ${state}: ${summary}`);
    const objects = attemptObjects(attempt);
    const value = parseValue((await this.#deployment.bucket.read(objects.xcom))?.toString('utf8') ?? '');
    const { createdMs = Number.NaN } = this.#moments.all.get(id) ?? {};
    return {
      id,
      createdMs,
      containerBeganMs: value.beganMs,
      containerEndedMs: value.endedMs,
      readMs: await this.#writtenMs(objects.xcom),
      resultMs: await this.#writtenMs(objects.outcome),
    };
  }

  /** By the storage server's clock, which is this machine's. */
  async #writtenMs(name: string): Promise<number> {
    for await (const object of this.#store.list(name, { signal: AbortSignal.timeout(10_000) }))
      return Date.parse(object.updatedAt);
    throw new Error(`there is no ${name}`);
  }

  async #untilNobodyWatches(): Promise<void> {
    const isOver = async () => (await this.#deployment.bucket.list('leases/')).length === 0 || undefined;
    await waitFor(isOver, { what: 'the Turn to be over', withinMs: 60_000 });
  }

  async #cpuMs(): Promise<number> {
    const seconds = await Promise.all(this.#functions.map(({ pid }) => cpuSeconds(pid)));
    return 1_000 * seconds.reduce((a, b) => a + b, 0);
  }
}

function attemptOf(taskId: string) {
  return { dagId: 'default', runId: 'bench', taskId, tryNumber: 1 };
}
