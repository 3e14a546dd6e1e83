import { planted } from '../../secrets/planted.ts';
import type { ChaosTask, Fate } from './chaos-task.ts';
import type { Choices } from './choices.ts';

type RunKey = Pick<ChaosTask, 'dagId' | 'runId' | 'taskId'>;

/** A node that runs no containers: Pods are Running soon there, and Succeeded some seconds later. */
const onFakeNode = {
  node_selector: { type: 'fake' },
  tolerations: [{ key: 'fake', operator: 'Exists', effect: 'NoSchedule' }],
};

/** What makes a task invalid, and as what it is refused. */
const mistakes: readonly [
  { more: object; reason: RejectedReason },
  ...{ more: object; reason: RejectedReason }[],
] = [
  { more: { imagee: 'busybox:1.35' }, reason: 'invalid_task' },
  { more: { retries: 'many', cmds: 7 }, reason: 'invalid_task' },
  { more: { arguments: ['{{ what_nobody_has_set }}'] }, reason: 'template_failed' },
  { more: { hostnetwork: true }, reason: 'policy_refused' },
];
type RejectedReason = Extract<Fate, { kind: 'rejected' }>['reason'];

/** fakeTask makes a task that succeeds on a node that runs no containers. */
export function fakeTask(run: RunKey): ChaosTask {
  return bareTask('fake', run, 'fake', onFakeNode);
}

/** rejectedTask makes a task that names its run and is not valid. */
export function rejectedTask(run: RunKey, choices: Choices): ChaosTask {
  const { more, reason } = choices.oneOf(mistakes);
  return { ...bareTask('rejected', run, 'none', more), fate: { kind: 'rejected', reason } };
}

/** fakeCancelledTask makes a task like that, which is cancelled before, while or after its Pod runs. */
export function fakeCancelledTask(run: RunKey, choices: Choices): ChaosTask {
  const afterMs = choices.between(0, 10_000);
  return {
    ...bareTask('fake-cancelled', run, 'fake', onFakeNode),
    fate: { kind: 'cancelled', afterMs, inTime: false },
  };
}

/** unplacedTask makes a task that no node may run, and that waits for one for some seconds. */
export function unplacedTask(run: RunKey, choices: Choices): ChaosTask {
  const waits = { node_selector: { nowhere: 'yes' }, schedule_timeout_seconds: choices.between(2, 6) };
  return waitingTask('no-node', run, { node: 'none', waits, deadline: 'schedule' }, choices);
}

/** unstartedTask makes a task whose init container takes longer than it may. */
export function unstartedTask(run: RunKey, choices: Choices): ChaosTask {
  const waits = {
    init_containers: [{ name: 'prepare', image: 'busybox:1.35', command: ['sleep', '600'] }],
    startup_timeout_seconds: choices.between(2, 8),
    termination_grace_period: 1,
  };
  return waitingTask('no-start', run, { node: 'real', waits, deadline: 'start' }, choices);
}

function waitingTask(
  kind: string,
  run: RunKey,
  { node, waits, deadline }: { node: ChaosTask['node']; waits: object; deadline: 'schedule' | 'start' },
  choices: Choices,
): ChaosTask {
  const count = choices.between(0, 1);
  const more = { ...waits, retries: count, retry_delay_seconds: choices.between(0, 3) };
  return {
    ...bareTask(kind, run, node, more),
    retries: { count, never: [] },
    fate: { kind: 'deadline', deadline },
  };
}

/** A task without logs and without a result. */
function bareTask(
  kind: string,
  { dagId, runId, taskId }: RunKey,
  node: ChaosTask['node'],
  more: object,
): ChaosTask {
  const message = {
    dag_id: dagId,
    run_id: runId,
    task_id: taskId,
    image: 'busybox:1.35',
    cmds: ['true'],
    env_vars: { PLANTED: planted.envValue },
    schedule_timeout_seconds: 3_600,
    startup_timeout_seconds: 3_600,
    get_logs: false,
    do_xcom_push: false,
    ...more,
  };
  return {
    dagId,
    runId,
    taskId,
    message,
    node,
    kind,
    onFinishAction: 'delete_pod',
    retries: { count: 0, never: [] },
    work: { logs: [], xcom: undefined, failures: 0, failCode: 0, lastCode: 0, skipCodes: [] },
  };
}
