import { setTimeout as sleep } from 'node:timers/promises';
import { attemptObjects } from '../shared/object-names.ts';
import { type Deployment, startDeployment } from '../test/cluster/harness.ts';
import { clusterEnvironment } from '../test/cluster/support/environment.ts';
import type { FunctionProcess } from '../test/cluster/support/function-process.ts';
import { waitFor } from '../test/cluster/support/wait.ts';
import { type CountingProxy, startCountingProxy } from './support/counting-proxy.ts';
import { cpuSeconds } from './support/process-usage.ts';
import type { Findings, Measurement } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { chatty } from './support/tasks.ts';

const alone = 10;
const waves = 4;
const perWave = 10;
const sweeps = 10;
const longTaskSeconds = 90;
const taskMs = 120_000;

await runBench('usage', 15, measure);

/** What is counted at one moment. */
interface Meter {
  launch: FunctionProcess;
  watch: FunctionProcess;
  storage: CountingProxy;
  pubsub: CountingProxy;
}

/** What the functions use: of a task, of an hour in which something runs, of a sweep. scripts/cost/inputs.ts holds what was found. */
async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const { storage, pubsub } = clusterEnvironment();
  const proxies = { storage: await startCountingProxy(storage), pubsub: await startCountingProxy(pubsub) };
  const deployment = await startDeployment({
    STORAGE_EMULATOR_HOST: proxies.storage.url,
    PUBSUB_EMULATOR_HOST: new URL(proxies.pubsub.url).host,
  });
  try {
    const meter = { ...(await deployment.startAll()), ...proxies };
    const samples = new Map<string, number[]>();
    progress(`${sweeps} sweeps, with nothing to do`);
    await sweep(deployment, meter.watch);
    record(samples, 'a sweep', await used(meter, () => sweep(deployment, meter.watch)), sweeps);
    progress('warming up');
    await run(deployment, 'warm-up', 1);
    for (let i = 0; i < alone; i++) {
      check();
      progress(`task ${i + 1} of ${alone}, one at a time`);
      record(samples, 'alone', await used(meter, () => run(deployment, `alone-${i}`, 1)), 1);
    }
    for (let i = 0; i < waves; i++) {
      check();
      progress(`wave ${i + 1} of ${waves}`);
      record(
        samples,
        `of ${perWave}`,
        await used(meter, () => run(deployment, `wave-${i}`, perWave)),
        perWave,
      );
    }
    check();
    progress(`a task of ${longTaskSeconds} s`);
    record(samples, 'an hour of a Turn', await meterLong(deployment, meter), longTaskSeconds / 3_600);
    return { measured: measurements(samples), goals: [], notes: [] };
  } finally {
    await deployment.stop();
    await Promise.all([proxies.storage.close(), proxies.pubsub.close()]);
  }
}

/** Runs so many tasks at once, and waits until the last Turn is over. */
async function run(deployment: Deployment, name: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  await Promise.all(ids.map(id => deployment.publishTask(chatty(id))));
  for (const taskId of ids) {
    const attempt = { dagId: 'default', runId: 'bench', taskId, tryNumber: 1 };
    const { state, summary } = await deployment.waitForOutcome(attempt, taskMs);
    if (state !== 'success') throw new Error(`${taskId} ended as ${state}: ${summary}`);
  }
  await untilNobodyWatches(deployment);
}

/** Runs a task that prints nothing, and meters its middle: neither its start nor its end. */
async function meterLong(deployment: Deployment, meter: Meter): Promise<Map<string, number>> {
  const script = `sleep ${longTaskSeconds + 20}`;
  await deployment.publishTask({ ...chatty('long'), cmds: ['sh', '-c', script], do_xcom_push: false });
  const attempt = { dagId: 'default', runId: 'bench', taskId: 'long', tryNumber: 1 };
  await deployment.waitForObject(attemptObjects(attempt).running, taskMs);
  await sleep(5_000);
  const found = await used(meter, () => sleep(longTaskSeconds * 1_000));
  await deployment.waitForOutcome(attempt, taskMs);
  await untilNobodyWatches(deployment);
  return found;
}

async function sweep(deployment: Deployment, watch: FunctionProcess): Promise<void> {
  const done = (): number => watch.logs().split('"message":"sweep"').length - 1;
  const before = done();
  for (let i = 1; i <= sweeps; i++) {
    await deployment.publishSweep();
    await waitFor(() => done() >= before + i || undefined, { what: 'the sweep', withinMs: 20_000 });
  }
}

async function untilNobodyWatches(deployment: Deployment): Promise<void> {
  const isOver = async () => (await deployment.bucket.list('leases/')).length === 0 || undefined;
  await waitFor(isOver, { what: 'the Turn to be over', withinMs: 60_000 });
}

async function used(meter: Meter, work: () => Promise<void>): Promise<Map<string, number>> {
  const { launch, watch, storage, pubsub } = meter;
  const before = { launch: await cpuSeconds(launch.pid), watch: await cpuSeconds(watch.pid) };
  const logged = { launch: launch.logs().length, watch: watch.logs().length };
  storage.reset();
  pubsub.reset();
  await work();
  const { 'class A': classA, 'class B': classB } = storage.counts();
  return new Map([
    ['CPU of launch, ms', 1_000 * ((await cpuSeconds(launch.pid)) - before.launch)],
    ['CPU of watch, ms', 1_000 * ((await cpuSeconds(watch.pid)) - before.watch)],
    ['time of launch requests, ms', durations(launch.logs().slice(logged.launch))],
    ['time of watch requests, ms', durations(watch.logs().slice(logged.watch))],
    ['storage calls, class A', classA],
    ['storage calls, class B', classB],
    ['bytes written', storage.bytesSent()],
    ['publish requests', pubsub.counts().publish],
    ['bytes published', pubsub.bytesSent()],
  ]);
}

/** Milliseconds of all requests that a function has logged; those of Turns at once count each. */
function durations(logs: string): number {
  return [...logs.matchAll(/"duration_ms":(\d+)/g)].reduce((sum, [, ms]) => sum + Number(ms), 0);
}

function record(samples: Map<string, number[]>, of: string, found: Map<string, number>, per: number): void {
  for (const [what, value] of found) {
    const key = `${of}: ${what}`;
    samples.set(key, [...(samples.get(key) ?? []), value / per]);
  }
}

function measurements(samples: Map<string, number[]>): Measurement[] {
  return [...samples].map(([key, values]) => ({ what: key, unit: '', samples: values }));
}
