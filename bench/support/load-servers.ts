import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Deployment } from '../../test/cluster/harness.ts';
import { repository } from '../../test/cluster/support/environment.ts';
import type { FunctionProcess } from '../../test/cluster/support/function-process.ts';
import { waitFor } from '../../test/cluster/support/wait.ts';
import { connectionsTo } from './connections.ts';
import { cpuSeconds, resetPeak, residentMiB } from './process-usage.ts';
import type { RequestKind } from './request-kind.ts';

const sampleMs = 500;

const countsSchema = z.record(z.string(), z.number());

/** What one function's process has used since it was last metered. */
export interface ProcessFigures {
  beforeMiB: number;
  peakMiB: number;
  cpuMs: number;
  /** Most at a time, to the API server. */
  connections: number;
  /** To Cloud Storage and Pub/Sub. */
  requests: Partial<Record<RequestKind, number>>;
}

/** A function that is metered from outside, but for its requests, which it counts itself. */
export class MeteredFunction {
  readonly running: FunctionProcess;
  readonly #countsFile: string;

  private constructor(running: FunctionProcess, countsFile: string) {
    this.running = running;
    this.#countsFile = countsFile;
  }

  /** `profile`: a folder for the CPU profile that Node writes when the function ends. */
  static async start(
    deployment: Deployment,
    target: 'launch' | 'watch',
    profile?: string,
  ): Promise<MeteredFunction> {
    const countsFile = join(
      repository,
      'dist',
      '.running',
      deployment.namespace.name,
      `requests-${target}.json`,
    );
    const counter = new URL('./count-requests.ts', import.meta.url).href;
    const profiling = profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${join(profile, target)}`;
    const env = { NODE_OPTIONS: `--import=${counter}${profiling}`, BENCH_REQUEST_COUNTS: countsFile };
    return new MeteredFunction(await deployment.startFunction(target, { env }), countsFile);
  }

  /** Meters until the returned function is called, which gives the figures. `port`: the API server's. */
  async meter(port: number): Promise<() => Promise<ProcessFigures>> {
    const { pid } = this.running;
    await resetPeak(pid);
    const beforeMiB = await residentMiB(pid, 'VmRSS');
    const cpuBefore = await cpuSeconds(pid);
    const requestsBefore = await this.#requests();
    const done = new AbortController();
    let connections = 0;
    const sampling = (async () => {
      while (!done.signal.aborted) {
        // A function that has ended has none, and its end is told elsewhere.
        connections = Math.max(connections, await connectionsTo(pid, port).catch(() => 0));
        await sleep(sampleMs, undefined, { signal: done.signal }).catch(() => undefined);
      }
    })();
    return async () => {
      done.abort();
      await sampling;
      const cpuMs = 1_000 * ((await cpuSeconds(pid)) - cpuBefore);
      const after = Object.entries(await this.#requests());
      const requests = Object.fromEntries(
        after.map(([kind, count]) => [kind, count - (requestsBefore[kind] ?? 0)]),
      );
      return { beforeMiB, peakMiB: await residentMiB(pid, 'VmHWM'), cpuMs, connections, requests };
    };
  }

  async #requests(): Promise<Record<string, number>> {
    await rm(this.#countsFile, { force: true });
    process.kill(this.running.pid, 'SIGUSR2');
    const read = () => readFile(this.#countsFile, 'utf8').catch(() => undefined);
    const text = await waitFor(read, { what: this.#countsFile, withinMs: 10_000 });
    return countsSchema.parse(JSON.parse(text));
  }
}
