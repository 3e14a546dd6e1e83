import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import { kubeconfigConnection } from '../../shared/adapters/kubernetes/connection.ts';
import { connectStore } from '../../shared/adapters/storage/connect.ts';
import { parseAttemptObject, runsPrefix } from '../../shared/object-names.ts';
import { systemClock } from '../../shared/time.ts';
import { type Deployment, startDeployment } from '../../test/cluster/harness.ts';
import { clusterEnvironment } from '../../test/cluster/support/environment.ts';
import { PubSub } from '../../test/cluster/support/pubsub.ts';
import { waitFor } from '../../test/cluster/support/wait.ts';
import { barePostRate } from './bare-post-rate.ts';
import { BarePosts } from './bare-posts.ts';
import { type CallsPerTask, countCalls, mostWatches } from './calls.ts';
import { MeteredFunction, type ProcessFigures } from './load-servers.ts';
import { type Moments, PodMoments } from './pod-moments.ts';
import { connectBench } from './pod-times.ts';
import { push } from './push.ts';
import type { BenchContext } from './run-bench.ts';
import { onFakeNode } from './tasks.ts';

/** So many calls are on their way at a time, of the bare client and of direct pushes. */
export const callsAtOnce = 20;
const publishBatch = 100;
const warmUps = 20;

/** How tasks are brought to launch. */
export interface LoadOptions {
  tasks: number;
  /** Pushed to launch, {@link callsAtOnce} at a time, instead of published. */
  isDirect: boolean;
}

/** What was found with so many tasks. */
export interface LoadFigures {
  tasks: number;
  barePerSecond: number;
  launchesPerSecond: number;
  /** One of each task. */
  publishToPodMs: number[];
  endToOutcomeMs: number[];
  podsAtOnce: number;
  turns: number;
  launch: ProcessFigures;
  watch: ProcessFigures;
  /** Undefined where there is no audit log. */
  calls: (CallsPerTask & { watchesAtOnce: number }) | undefined;
}

/** runLoad makes a deployment, runs so many tasks through it, and takes it away again. */
export async function runLoad(options: LoadOptions, context: BenchContext): Promise<LoadFigures> {
  const { check, progress } = context;
  const deployment = await startDeployment();
  const connection = await kubeconfigConnection();
  const pods = await connectBench();
  const bare = new BarePosts(connection, callsAtOnce);
  const moments = new PodMoments();
  try {
    progress(`${options.tasks} tasks: bare POSTs`);
    const barePerSecond = await barePostRate(bare, options.tasks, deployment);
    check();
    const launch = await MeteredFunction.start(deployment, 'launch');
    const watch = await MeteredFunction.start(deployment, 'watch');
    await deployment.subscribe('watch', watch.running.url, { ackDeadlineSeconds: 600 });
    if (!options.isDirect)
      await deployment.subscribe('tasks', launch.running.url, { ackDeadlineSeconds: 60 });
    await moments.start(pods, deployment.namespace.name);
    const send = (tasks: ReadonlyMap<string, object>) =>
      options.isDirect ? pushAll(tasks, launch.running.url) : publishAll(tasks, deployment.topics.tasks);

    await send(tasksOf('warm-up', warmUps));
    await moments.until('goneMs', { count: warmUps, withinMs: 90_000, check });
    await untilNobodyWatches(deployment);

    progress(`${options.tasks} tasks: ${options.isDirect ? 'pushed' : 'published'}`);
    const auditBefore = (await deployment.audit())?.length ?? 0;
    const logBefore = watch.running.logs().length;
    moments.takeMostPresent();
    const port = Number(new URL(connection.server).port || 443);
    const meters = { launch: await launch.meter(port), watch: await watch.meter(port) };
    const withinMs = 60_000 + 250 * options.tasks;
    const sent = await send(tasksOf('task', options.tasks));
    await moments.until('goneMs', { count: warmUps + options.tasks, withinMs, check });
    await untilNobodyWatches(deployment);
    const figures = { launch: await meters.launch(), watch: await meters.watch() };
    const log = watch.running.logs().slice(logBefore);
    const ended = log.split('"message":"attempt ended: success"').length - 1;
    if (ended < options.tasks) {
      throw new Error(`${ended} of ${options.tasks} tasks have succeeded.\n${log.slice(-2_000)}`);
    }
    const audit = (await deployment.audit())?.slice(auditBefore);
    return {
      tasks: options.tasks,
      barePerSecond,
      ...(await times(sent, moments.all, deployment)),
      podsAtOnce: moments.takeMostPresent(),
      turns: log.split(/"message":"turn: (?:done|handed_over)"/).length - 1,
      ...figures,
      calls: audit && { ...countCalls(audit, options.tasks), watchesAtOnce: mostWatches(audit) },
    };
  } finally {
    await moments.stop();
    await pods.close();
    await bare.deleteAll(deployment.namespace.name);
    bare.close();
    await emptyBucket(deployment);
    await deployment.stop();
  }
}

function tasksOf(name: string, count: number): Map<string, object> {
  const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  return new Map(ids.map(id => [id, onFakeNode(id)]));
}

/** When each task was sent: milliseconds since the epoch. */
type Sent = ReadonlyMap<string, number>;

async function publishAll(tasks: ReadonlyMap<string, object>, topic: string): Promise<Sent> {
  const pubsub = new PubSub(clusterEnvironment().pubsub);
  const sent = new Map<string, number>();
  const left = [...tasks];
  while (left.length > 0) {
    const batch = left.splice(0, publishBatch);
    const now = Date.now();
    for (const [id] of batch) sent.set(id, now);
    await pubsub.publish(
      topic,
      batch.map(([, task]) => JSON.stringify(task)),
    );
  }
  return sent;
}

async function pushAll(tasks: ReadonlyMap<string, object>, url: string): Promise<Sent> {
  const sent = new Map<string, number>();
  await inParallel([...tasks], callsAtOnce, async ([id, task]) => {
    sent.set(id, Date.now());
    await push(url, task);
  });
  return sent;
}

async function times(
  sent: Sent,
  moments: ReadonlyMap<string, Moments>,
  deployment: Deployment,
): Promise<Pick<LoadFigures, 'launchesPerSecond' | 'publishToPodMs' | 'endToOutcomeMs'>> {
  const outcomes = await outcomeTimes(deployment);
  const publishToPodMs: number[] = [];
  const endToOutcomeMs: number[] = [];
  let lastCreated = 0;
  for (const [id, sentMs] of sent) {
    const { createdMs = Number.NaN, endedMs = Number.NaN } = moments.get(id) ?? {};
    publishToPodMs.push(createdMs - sentMs);
    endToOutcomeMs.push((outcomes.get(id) ?? Number.NaN) - endedMs);
    lastCreated = Math.max(lastCreated, createdMs);
  }
  const seconds = (lastCreated - Math.min(...sent.values())) / 1_000;
  return { launchesPerSecond: sent.size / seconds, publishToPodMs, endToOutcomeMs };
}

/** When the storage server made each task's outcome, by its own clock, which is this machine's. */
async function outcomeTimes({ bucket }: Deployment): Promise<Map<string, number>> {
  const retryDeps = { clock: systemClock, random: Math.random };
  const store = connectStore({ bucket: bucket.name, retryDeps });
  const found = new Map<string, number>();
  for await (const { name, updatedAt } of store.list(runsPrefix, { signal: AbortSignal.timeout(120_000) })) {
    const object = parseAttemptObject(name);
    if (object?.rest === 'outcome.json') found.set(object.attempt.taskId, Date.parse(updatedAt));
  }
  return found;
}

async function untilNobodyWatches({ bucket }: Deployment): Promise<void> {
  const isOver = async () => (await bucket.list('leases/')).length === 0 || undefined;
  await waitFor(isOver, { what: 'the Turn to be over', withinMs: 60_000 });
}

/** The deployment would delete them all at once. */
async function emptyBucket({ bucket }: Deployment): Promise<void> {
  await inParallel(await bucket.list(), callsAtOnce, ({ name }) => bucket.remove(name));
}
