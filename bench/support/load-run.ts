import { loadavg } from 'node:os';
import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import { kubeconfigConnection } from '../../shared/adapters/kubernetes/connection.ts';
import { type Deployment, startDeployment } from '../../test/cluster/harness.ts';
import { clusterEnvironment } from '../../test/cluster/support/environment.ts';
import { waitFor } from '../../test/cluster/support/wait.ts';
import { type BareLaunches, bareLaunches } from './bare-launches.ts';
import { barePostRate } from './bare-post-rate.ts';
import { BarePosts } from './bare-posts.ts';
import { type CallsPerTask, countCalls, mostWatches } from './calls.ts';
import { callsAtOnce, loadTasks, publishAll, pushAll } from './load-send.ts';
import { MeteredFunction, type ProcessFigures } from './load-servers.ts';
import { type LoadTimes, loadTimes } from './load-times.ts';
import { PodMoments } from './pod-moments.ts';
import { connectBench } from './pod-times.ts';
import type { BenchContext } from './run-bench.ts';
import { type ServerCpu, serverCpu } from './server-cpu.ts';

const warmUps = 20;
/** What the node of held Pods gets when all of them are there; its value is the deployment's. */
const releaseLabel = 'bench.taskpod.dev/release';

/**
 * How the load comes. `held`: published, and no Pod is bound to a node before all are there. `flowing`: published, and Pods run and
 * end while others are launched. `pushed`: as `flowing`, but pushed to launch by the bench.
 */
export const variants = ['held', 'flowing', 'pushed'] as const;
export type Variant = (typeof variants)[number];

/** A load. */
export interface LoadOptions {
  tasks: number;
  variant: Variant;
  /** A folder for CPU profiles of both functions; a profiled function takes more CPU. */
  profile?: string;
}

/** What was found with so many tasks. */
export interface LoadFigures extends LoadOptions, LoadTimes {
  /** Load average of the last minute, before the first call. */
  loadBefore: number;
  barePerSecond: number;
  bareLaunches: BareLaunches;
  podsAtOnce: number;
  turns: number;
  launch: ProcessFigures;
  watch: ProcessFigures;
  /** Seconds while both functions were metered. */
  servers: ServerCpu;
  /** Undefined where there is no audit log. */
  calls: (CallsPerTask & { watchesAtOnce: number }) | undefined;
}

/** runLoad makes a deployment, runs so many tasks through it, and takes it away again. */
export async function runLoad(options: LoadOptions, context: BenchContext): Promise<LoadFigures> {
  const { check, progress } = context;
  const { tasks: count, variant } = options;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const deployment = await startDeployment();
  const connection = await kubeconfigConnection();
  const pods = await connectBench();
  const bare = new BarePosts(connection, callsAtOnce);
  const moments = new PodMoments();
  const release = { [releaseLabel]: deployment.namespace.name };
  try {
    progress(`${count} tasks: bare POSTs`);
    const barePerSecond = await barePostRate(bare, count, deployment);
    check();
    progress(`${count} tasks: bare launches`);
    const launches = await bareLaunches(bare, count, deployment);
    check();
    const launch = await MeteredFunction.start(deployment, 'launch', options.profile);
    const watch = await MeteredFunction.start(deployment, 'watch', options.profile);
    await deployment.subscribe('watch', watch.running.url, { ackDeadlineSeconds: 600 });
    if (variant !== 'pushed')
      await deployment.subscribe('tasks', launch.running.url, { ackDeadlineSeconds: 60 });
    await moments.start(pods, deployment.namespace.name);
    const send = (tasks: ReadonlyMap<string, object>) =>
      variant === 'pushed' ? pushAll(tasks, launch.running.url) : publishAll(tasks, deployment.topics.tasks);

    await send(loadTasks('warm-up', warmUps));
    await moments.until('goneMs', { count: warmUps, withinMs: 90_000, check });
    await untilNobodyWatches(deployment);

    progress(`${count} tasks: ${variant}`);
    const { pubsub, storage } = clusterEnvironment();
    const servers = { api: connection.server, pubsub, storage };
    const serversBefore = await serverCpu(servers);
    const auditBefore = (await deployment.audit())?.length ?? 0;
    const logBefore = watch.running.logs().length;
    moments.takeMostPresent();
    const port = Number(new URL(connection.server).port || 443);
    const meters = { launch: await launch.meter(port), watch: await watch.meter(port) };
    const withinMs = 60_000 + 250 * count;
    const sent = await send(loadTasks('task', count, variant === 'held' ? release : {}));
    if (variant === 'held') {
      await moments.until('createdMs', { count: warmUps + count, withinMs, check });
      progress(`${count} tasks: all Pods are there`);
      await bare.labelFakeNodes(release);
    }
    await moments.until('goneMs', { count: warmUps + count, withinMs, check });
    await untilNobodyWatches(deployment);
    const figures = { launch: await meters.launch(), watch: await meters.watch() };
    const used = difference(await serverCpu(servers), serversBefore);
    const log = watch.running.logs().slice(logBefore);
    const ended = log.split('"message":"attempt ended: success"').length - 1;
    if (ended < count) throw new Error(`${ended} of ${count} tasks have succeeded.\n${log.slice(-2_000)}`);
    // A profile is written by a process that ends by itself.
    if (options.profile !== undefined) await Promise.all([launch.running.kill(), watch.running.kill()]);
    const audit = (await deployment.audit())?.slice(auditBefore);
    return {
      ...options,
      loadBefore,
      barePerSecond,
      bareLaunches: launches,
      ...(await loadTimes(sent, moments.all, deployment)),
      podsAtOnce: moments.takeMostPresent(),
      turns: log.split(/"message":"turn: (?:done|handed_over)"/).length - 1,
      ...figures,
      servers: used,
      calls: audit && { ...countCalls(audit, count), watchesAtOnce: mostWatches(audit) },
    };
  } finally {
    await moments.stop();
    await pods.close();
    await bare.deleteAll(deployment.namespace.name);
    if (variant === 'held') await bare.labelFakeNodes({ [releaseLabel]: null });
    bare.close();
    await emptyBucket(deployment);
    await deployment.stop();
  }
}

function difference(after: ServerCpu, before: ServerCpu): ServerCpu {
  const of = (name: keyof ServerCpu): ServerCpu =>
    after[name] === undefined || before[name] === undefined ? {} : { [name]: after[name] - before[name] };
  return { ...of('api'), ...of('storage'), ...of('pubsub') };
}

async function untilNobodyWatches({ bucket }: Deployment): Promise<void> {
  const isOver = async () => (await bucket.list('leases/')).length === 0 || undefined;
  await waitFor(isOver, { what: 'the Turn to be over', withinMs: 60_000 });
}

/** The deployment would delete them all at once. */
async function emptyBucket({ bucket }: Deployment): Promise<void> {
  await inParallel(await bucket.list(), callsAtOnce, ({ name }) => bucket.remove(name));
}
