import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PodMoments } from '../support/pod-moments.ts';
import { watchMemory } from './memory-peak.ts';
import { LineTally, operatorLine } from './received-log.ts';
import { type Batch, markShare, type ReceivedLog, type Side } from './side.ts';
import { type BenchTask, sidecarImage, taskArguments } from './tasks.ts';
import { type Order, Worker } from './worker.ts';
import type { TaskReport } from './worker-messages.ts';

const taskMs = 180_000;

/** What the operator works with. */
export interface KpoOptions {
  python: string;
  kubeconfig: string;
  namespace: string;
  moments: PodMoments;
}

/** KubernetesPodOperator, each task in a process that a worker forks. */
export class KpoSide implements Side {
  readonly name = 'kpo';
  readonly worker: Worker;
  readonly #options: KpoOptions;
  readonly #folder: string;

  private constructor(options: KpoOptions, folder: string, worker: Worker) {
    this.#options = options;
    this.#folder = folder;
    this.worker = worker;
  }

  static async begin(options: KpoOptions): Promise<KpoSide> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-kpo-'));
    // The first start compiles the modules, which stay compiled.
    await (await startWorker(options, folder)).stop();
    return new KpoSide(options, folder, await startWorker(options, folder));
  }

  async run(tasks: readonly BenchTask[]): Promise<Batch> {
    const memory = watchMemory([this.worker.pid]);
    const ended = await Promise.all(
      tasks.map(async task => ({ goMs: Date.now(), ...(await this.worker.run(this.#order(task), taskMs)) })),
    );
    return {
      ran: ended.map(report => ({ ...this.#moments(report), goMs: report.goMs })),
      cpuMs: ended.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      peakMiB: await memory(),
      execs: ended.reduce((sum, { execs }) => sum + execs, 0),
    };
  }

  async runAnew(task: BenchTask): Promise<{ wholeMs: number; cpuMs: number }> {
    const goMs = Date.now();
    const worker = await startWorker(this.#options, this.#folder);
    try {
      const { endedMs, cpuMs } = await worker.run(this.#order(task), taskMs);
      return { wholeMs: endedMs - goMs, cpuMs: worker.start.cpuMs + cpuMs };
    } finally {
      await worker.stop();
    }
  }

  async log({ id }: BenchTask, lines: number): Promise<ReceivedLog> {
    const tally = new LineTally(lines);
    let markMs = Number.NaN;
    let lastMs = Number.NaN;
    for await (const text of createInterface({ input: createReadStream(this.#logFile(id)) })) {
      const line = operatorLine(text);
      if (line === undefined) continue;
      tally.add(line.number);
      lastMs = line.atMs;
      if (Number.isNaN(markMs) && tally.result.distinct >= markShare * lines) markMs = line.atMs;
    }
    const { missing, repeated } = tally.result;
    return { missing, repeated, markMs, lastMs };
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #order(task: BenchTask): Order {
    const { namespace, kubeconfig } = this.#options;
    const where = { namespace, config_file: kubeconfig, kubernetes_conn_id: 'bench', deferrable: false };
    return { id: task.id, arguments: { ...taskArguments(task), ...where }, log_file: this.#logFile(task.id) };
  }

  #moments({ id, value, readMs, endedMs }: TaskReport) {
    const { createdMs = Number.NaN } = this.#options.moments.all.get(id) ?? {};
    return {
      id,
      createdMs,
      containerBeganMs: value.beganMs,
      containerEndedMs: value.endedMs,
      readMs,
      resultMs: endedMs,
    };
  }

  #logFile(id: string): string {
    return join(this.#folder, `${id}.log`);
  }
}

function startWorker({ python, kubeconfig }: KpoOptions, folder: string): Promise<Worker> {
  const connection = { conn_type: 'kubernetes', extra: { xcom_sidecar_container_image: sidecarImage } };
  return Worker.begin(python, {
    AIRFLOW_HOME: folder,
    AIRFLOW_CONN_BENCH: JSON.stringify(connection),
    KUBECONFIG: kubeconfig,
  });
}
