import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeControlMessage } from '../../../shared/control-message.ts';
import { ensureFakeNode } from '../../cluster/support/fake-node.ts';
import { takeLeaks } from '../../secrets/witness.ts';
import type { ChaosReport, Deliveries } from '../report/report.ts';
import { Tally } from '../report/tally.ts';
import { nameOf, type ServiceName } from '../schedule/actions.ts';
import { planSchedule } from '../schedule/plan-schedule.ts';
import { type ChaosPlan, planTasks } from '../tasks/plan-tasks.ts';
import { collectEvidence, type Sources } from '../verdict/collect.ts';
import type { Violation } from '../verdict/evidence.ts';
import { summarize } from '../verdict/summarize.ts';
import { verify } from '../verdict/verify.ts';
import { Outside } from '../world/outside.ts';
import { startWorld, type World } from '../world/world.ts';
import { perform } from './perform.ts';
import { settle } from './settle.ts';
import { each, followTimeline, type Happening } from './timeline.ts';

/** What is run. */
export interface ChaosOptions {
  seed: number;
  tasks: number;
  /** How long faults happen, from the first task on. */
  seconds: number;
  /** Share of the tasks whose Pods run on a real node. */
  realShare: number;
  /** Whether servers of the cluster are killed; only where there is a lab. */
  restarts: boolean;
  /** Folders with the functions, built for chaos. */
  built: Readonly<Record<ServiceName, string>>;
  /** For what a run leaves behind: what the functions have printed, when there are violations. */
  folder: string;
  /** By which the run is repeated. */
  command: string;
  progress: (text: string) => void;
}

/** All tasks are published within this part of the time in which there are faults. */
const publishedWithin = 0.6;
/** Cloud Scheduler's is a minute; here as much happens in less time. */
const sweepMs = 15_000;
const collectMs = 5_000;

/** runChaos makes a deployment, does to it what the seed says, and gives what has come of it; and takes it all away again. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, seconds, realShare, command, progress } = options;
  const troubles: Violation[] = [];
  const failed = (subject: string, detail: string) => void troubles.push({ rule: 'chaos', subject, detail });
  const plan = planTasks(seed, options.tasks, { realShare });
  const { tasks } = plan;
  const strays: string[] = [];
  const tally = new Tally();
  const world = await startWorld({
    seed,
    built: options.built,
    folder: join(options.folder, `${seed}`),
    failed: why => failed('process', why),
  });
  const audited = world.cluster.lab !== undefined;
  const restarts = options.restarts && world.cluster.lab !== undefined;
  const over = new AbortController();
  try {
    await ensureFakeNode();
    const outside = new Outside(world.deployment);
    const schedule = planSchedule({ seed, seconds, restarts });
    progress(`seed ${seed}: ${options.tasks} tasks, ${schedule.length} faults in ${seconds} s`);
    const began_at = new Date().toISOString();
    const began = performance.now();
    const elapsed = () => Math.round((performance.now() - began) / 100) / 10;
    const tell = (text: string) => progress(`seed ${seed}, ${elapsed().toFixed(0)} s: ${text}`);
    const beside = [
      each(sweepMs, over.signal, () => world.deployment.publishSweep()),
      each(collectMs, over.signal, async () => void (await world.deployment.events())),
    ].map(going => going.catch(error => failed('Pub/Sub', String(error))));
    const faults = schedule.map(({ atMs, action }): Happening => {
      const met = tally.plan(action);
      const trouble = (error: unknown) => failed(Object.values(nameOf(action)).join(' '), String(error));
      return { atMs, happen: () => perform(action, { world, outside }, met).catch(trouble) };
    });
    await followTimeline([...faults, ...publications(plan, seconds * 1_000, world, strays)], began);
    tell('no more faults');
    const faultsEnded = elapsed();
    await Promise.all([world.services.launch.calm(1), world.services.watch.calm(1)]);
    const left = await settle(world, { runs: tasks, strays }, tell);
    if (left.length > 0) failed('run', `it has not come to its end: ${left.join(', ')}`);
    const duration_seconds = elapsed();
    over.abort();
    await Promise.all(beside);
    const evidence = await collectEvidence(sourcesOf(world), {
      deletedFromOutside: outside.deleted,
      deletedUnbound: outside.deletedUnbound,
      strays,
    });
    // The roles were made before; the log may have been begun anew since.
    if (audited && !evidence.calls.some(({ beganMs }) => beganMs < Date.parse(began_at)))
      failed('audit log', 'it does not go back to the beginning of the run');
    for (const leak of takeLeaks()) failed('printed', leak);
    const deadLetters = await world.deadLetters();
    for (const letter of deadLetters) failed('dead letter', letter);
    const violations = [...verify(tasks, evidence), ...troubles];
    if (violations.length > 0)
      tell(`what the functions printed: ${await keepLogs(world, join(options.folder, `seed-${seed}.log`))}`);
    return {
      version: 1,
      command,
      seed,
      tasks: {
        real: tasks.filter(({ node }) => node === 'real').length,
        fake: tasks.filter(({ node }) => node === 'fake').length,
        none: tasks.filter(({ node }) => node === 'none').length + strays.length,
      },
      seconds,
      restarts,
      audited,
      began_at,
      duration_seconds,
      settled_seconds: Math.round(10 * (duration_seconds - faultsEnded)) / 10,
      faults: tally.all(),
      processes: countProcesses(world.services),
      deliveries: countDeliveries(world.services),
      dead_letters: deadLetters.length,
      found: summarize(tasks, evidence),
      violations,
    };
  } finally {
    over.abort();
    await world.stop();
  }
}

/** Without an audit log all is judged but what only it tells; the report says so. */
function sourcesOf({ deployment }: World): Sources {
  return {
    bucket: deployment.bucket,
    namespace: deployment.namespace,
    events: () => deployment.events(),
    audit: async () => (await deployment.audit()) ?? [],
  };
}

/** Tasks and strays are published all along, and the wish to cancel a task after it; the ids of the strays are added to `ids`. */
function publications(
  { tasks, strays }: ChaosPlan,
  faultsMs: number,
  { deployment }: World,
  ids: string[],
): Happening[] {
  const atMs = (index: number, of: readonly unknown[]): number =>
    Math.round((index * faultsMs * publishedWithin) / of.length);
  return [
    ...tasks.map(({ message }, index) => ({
      atMs: atMs(index, tasks),
      happen: async () => void (await deployment.publishTask(message)),
    })),
    ...tasks.flatMap(({ fate, dagId, runId, taskId }, index) => {
      if (fate?.kind !== 'cancelled') return [];
      const message = writeControlMessage({ kind: 'cancel', run: { dagId, runId, taskId } });
      const happen = async () => void (await deployment.publishTask(message));
      return [{ atMs: atMs(index, tasks) + fate.afterMs, happen }];
    }),
    ...strays.map(({ data }, index) => ({
      atMs: atMs(index, strays),
      happen: async () => void ids.push(...(await deployment.publishTask(data))),
    })),
  ];
}

function countProcesses({ launch, watch }: World['services']): ChaosReport['processes'] {
  return { launch: launch.instances.started, watch: watch.instances.started };
}

function countDeliveries({ launch, watch }: World['services']): ChaosReport['deliveries'] {
  const count = (deliveries: readonly number[]): Deliveries => ({
    messages: deliveries.length,
    deliveries: deliveries.reduce((a, b) => a + b, 0),
    most: Math.max(0, ...deliveries),
  });
  return { launch: count(launch.front.deliveries), watch: count(watch.front.deliveries) };
}

/** Writes down what all instances have printed; gives the file. */
async function keepLogs({ deployment, services }: World, file: string): Promise<string> {
  const texts = deployment.functions.map(({ target, pid, logs }) => `== ${target} ${pid}\n${logs()}`);
  const fronts = Object.entries(services).map(
    ([name, { front }]) => `== front of ${name}\n${front.history.join('\n')}\n`,
  );
  await writeFile(file, [...texts, ...fronts].join('\n'));
  return file;
}
