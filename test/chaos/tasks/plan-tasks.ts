import { planted } from '../../secrets/planted.ts';
import type { ChaosTask } from './chaos-task.ts';
import { type Choices, makeChoices } from './choices.ts';
import { type RealKind, realKinds, realTask } from './real-tasks.ts';

export type { ChaosTask } from './chaos-task.ts';

/** What of the mix can be chosen. */
export interface PlanOptions {
  /** Share of the tasks that run on a real node, 0 to 1. Default 0.15. */
  realShare?: number;
}

/** One id of a deployment in five is one that object names have to encode. */
const dagIds = ['chaos', 'chaos', 'chaos', 'chaos', 'Größe (a) 1/2%'] as const;

/**
 * planTasks gives the tasks of a seed, in the order in which they are to be published. Every kind of real task comes in turn, so that
 * few tasks are of many kinds. The same arguments give the same tasks, to the byte.
 */
export function planTasks(seed: number, count: number, { realShare = 0.15 }: PlanOptions = {}): ChaosTask[] {
  const choices = makeChoices(seed, 'plan');
  const real = Math.min(count, Math.round(count * realShare));
  const kinds = kindsInTurn(choices, real);
  const places = choices.shuffled([...kinds, ...Array.from({ length: count - real }, () => 'fake' as const)]);
  return places.map((kind, index) => {
    const runKey = {
      dagId: choices.oneOf(dagIds),
      runId: `seed-${seed}`,
      taskId: `${kind}-${String(index + 1).padStart(4, '0')}`,
    };
    const own = makeChoices(seed, 'task', runKey.taskId);
    return kind === 'fake' ? fakeTask(runKey) : realTask(kind, runKey, own);
  });
}

function kindsInTurn(choices: Choices, count: number): RealKind[] {
  const kinds: RealKind[] = [];
  while (kinds.length < count) kinds.push(...choices.shuffled(realKinds));
  return kinds.slice(0, count);
}

/** A Pod on a node that runs no containers: Running soon, Succeeded some seconds later, and no logs. */
function fakeTask({ dagId, runId, taskId }: Pick<ChaosTask, 'dagId' | 'runId' | 'taskId'>): ChaosTask {
  const message = {
    dag_id: dagId,
    run_id: runId,
    task_id: taskId,
    image: 'busybox:1.35',
    cmds: ['true'],
    env_vars: { PLANTED: planted.envValue },
    node_selector: { type: 'fake' },
    tolerations: [{ key: 'fake', operator: 'Exists', effect: 'NoSchedule' }],
    schedule_timeout_seconds: 3_600,
    startup_timeout_seconds: 3_600,
    get_logs: false,
    do_xcom_push: false,
  };
  return {
    dagId,
    runId,
    taskId,
    message,
    node: 'fake',
    kind: 'fake',
    onFinishAction: 'delete_pod',
    retries: { count: 0, never: [] },
    work: { logs: [], xcom: undefined, failures: 0, failCode: 0, lastCode: 0, skipCodes: [] },
  };
}
