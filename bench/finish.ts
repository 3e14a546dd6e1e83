import { connectStore } from '../shared/adapters/storage/connect.ts';
import { attemptObjects } from '../shared/object-names.ts';
import { containerEnd } from '../shared/pod-progress.ts';
import { baseContainer } from '../shared/pod-words.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { systemClock } from '../shared/time.ts';
import { type Deployment, startDeployment } from '../test/cluster/harness.ts';
import { countCalls } from './support/calls.ts';
import { planLaunch } from './support/plan-launch.ts';
import { connectBench, PodTimes } from './support/pod-times.ts';
import type { Findings, Goal } from './support/report.ts';
import { type BenchContext, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';
import { chatty } from './support/tasks.ts';

const alone = 20;
const waves = 4;
const perWave = 5;
const goalMs = 150;
const taskMs = 90_000;

await runBench('finish', 10, measure);

/** Real tasks through both functions and real subscriptions: one at a time, then several at once. */
async function measure({ check, progress }: BenchContext): Promise<Findings> {
  const deployment = await startDeployment();
  const pods = await connectBench();
  const ends = new PodTimes();
  try {
    await deployment.startAll();
    await ends.start(pods, deployment.namespace.name, pod => containerEnd(pod, baseContainer) !== undefined);
    const retryDeps = { clock: systemClock, random: Math.random };
    const store = connectStore({ bucket: deployment.bucket.name, retryDeps });
    const run = (name: string): Promise<number> => endToOutcome(name, deployment, ends, store);
    await run('warm-up');
    const one: number[] = [];
    for (let i = 0; i < alone; i++) {
      check();
      progress(`task ${i + 1} of ${alone}, one at a time`);
      one.push(await run(`alone-${i}`));
    }
    const several: number[] = [];
    for (let wave = 0; wave < waves; wave++) {
      check();
      progress(`wave ${wave + 1} of ${waves}`);
      const names = Array.from({ length: perWave }, (_, i) => `wave-${wave}-${i}`);
      several.push(...(await Promise.all(names.map(run))));
    }
    return findings(one, several, await callGoals(deployment, 1 + alone + waves * perWave));
  } finally {
    await ends.stop();
    await pods.close();
    await deployment.stop();
  }
}

/**
 * Milliseconds from the arrival of main's end in this process's own watch to the time that the storage server gives
 * outcome.json. Both clocks are this machine's.
 */
async function endToOutcome(
  taskId: string,
  deployment: Deployment,
  ends: PodTimes,
  store: ObjectStore,
): Promise<number> {
  const task = chatty(taskId);
  await deployment.publishTask(task);
  const { podName } = planLaunch(task, deployment.env());
  const end = await ends.of(podName, taskMs);
  const attempt = { dagId: 'default', runId: 'bench', taskId, tryNumber: 1 };
  const outcome = await deployment.waitForOutcome(attempt, taskMs);
  if (outcome.state !== 'success') throw new Error(`${taskId} ended as ${outcome.state}: ${outcome.summary}`);
  const { outcome: name } = attemptObjects(attempt);
  for await (const object of store.list(name, { signal: AbortSignal.timeout(10_000) })) {
    return Date.parse(object.updatedAt) - end.wallMs;
  }
  throw new Error(`there is no ${name}`);
}

async function callGoals(deployment: Deployment, tasks: number): Promise<{ goals: Goal[]; notes: string[] }> {
  const audit = await deployment.audit();
  if (audit === undefined) return { goals: [], notes: ['no audit log here: calls are not counted'] };
  const calls = countCalls(audit, tasks);
  const goal = (what: string, value: number, atMost: number): Goal => ({
    what,
    unit: 'a task',
    value,
    atMost,
  });
  return {
    goals: [
      goal('calls: POST', calls.post, 1),
      goal('calls: log streams, of main and sidecar', calls.logStreams, 2),
      goal('calls: logs read once more', calls.logReads, 0),
      goal('calls: DELETE', calls.delete, 1),
      goal('calls: anything else', calls.other, 0),
    ],
    notes: [`besides, ${calls.ofTurns} lists and watches of all Turns together, for ${tasks} tasks`],
  };
}

function findings(one: number[], several: number[], calls: { goals: Goal[]; notes: string[] }): Findings {
  return {
    measured: [
      { what: 'main’s end to outcome.json, one task at a time', unit: 'ms', samples: one },
      { what: `main’s end to outcome.json, ${perWave} at once`, unit: 'ms', samples: several },
    ],
    goals: [
      { what: 'end to outcome, one at a time', unit: 'ms', value: median(one), atMost: goalMs },
      { what: `end to outcome, ${perWave} at once`, unit: 'ms', value: median(several), atMost: goalMs },
      ...calls.goals,
    ],
    notes: calls.notes,
  };
}
