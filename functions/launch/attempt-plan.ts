import { attemptToFields } from '../../shared/attempt-fields.ts';
import type { AttemptRecord } from '../../shared/attempt-record.ts';
import { podName } from '../../shared/names.ts';
import type { Retries } from '../../shared/retries.ts';
import type { Attempt } from '../../shared/run.ts';
import type { Task } from '../../shared/task/task.ts';
import { isoTime } from '../../shared/time.ts';
import type { ComposedPod } from './compose/compose-pod.ts';

/** What a record is made from. */
export interface RecordPlan {
  task: Task;
  pod: Pick<ComposedPod, 'containers'>;
  attempt: Attempt;
  scope: string;
  /** Milliseconds since the epoch: the moment of the claim. */
  nowMs: number;
  /** What an earlier attempt has left; default: what the task says. */
  retries?: Retries | undefined;
  /** Retries of a first attempt for failures of the infrastructure. */
  infrastructureRetries: number;
}

/** makeRecord writes down all that a Turn needs to know of an attempt. */
export function makeRecord(plan: RecordPlan): AttemptRecord {
  const { task, pod, attempt, scope, nowMs } = plan;
  const scheduleSeconds = task.schedule_timeout_seconds ?? task.startup_timeout_seconds;
  return {
    version: 1,
    ...attemptToFields(attempt),
    scope,
    queued_at: isoTime(nowMs),
    schedule_deadline_at: isoTime(nowMs + scheduleSeconds * 1_000),
    startup_timeout_seconds: task.startup_timeout_seconds,
    schedule_timeout_seconds: scheduleSeconds,
    base_container: pod.containers.base,
    log_containers: logContainers(task, pod.containers),
    xcom: task.do_xcom_push ? task.xcom_transport : null,
    on_finish_action: task.on_finish_action,
    retries: plan.retries ?? retriesOf(task, plan.infrastructureRetries),
    ...optionalFields(task, nowMs),
  };
}

/** retriesOf gives the retries of a first attempt. */
export function retriesOf(task: Task, infrastructureRetries: number): Retries {
  return {
    left: task.retries,
    infrastructure_left: infrastructureRetries,
    delay_seconds: task.retry_delay_seconds,
    exponential_backoff: task.retry_exponential_backoff,
    max_delay_seconds: task.max_retry_delay_seconds ?? null,
    retry_on: task.retry_on ?? null,
    no_retry_on: task.no_retry_on,
  };
}

/** The fields that are there only when the task asks for them. */
function optionalFields(task: Task, nowMs: number): Partial<AttemptRecord> {
  const { execution_timeout_seconds, total_timeout_seconds, skip_on_exit_code } = task;
  const { log_pod_spec_on_failure, on_kill_action } = task;
  return {
    ...(execution_timeout_seconds === undefined ? {} : { execution_timeout_seconds }),
    ...(total_timeout_seconds === undefined
      ? {}
      : { total_timeout_seconds, total_deadline_at: isoTime(nowMs + total_timeout_seconds * 1_000) }),
    ...(skip_on_exit_code.length === 0 ? {} : { skip_on_exit_code }),
    ...(log_pod_spec_on_failure ? {} : { log_pod_spec_on_failure }),
    ...(on_kill_action === 'delete_pod' ? {} : { on_kill_action }),
  };
}

/** logContainers names the containers whose logs are kept, in the Pod's order. */
export function logContainers(task: Task, { base, init, main }: ComposedPod['containers']): string[] {
  const { init_container_logs: inits, container_logs: mains = [base] } = task;
  return [
    ...init.filter(name => inits === true || inits.includes(name)),
    ...main.filter(name => task.get_logs && (mains === true || mains.includes(name))),
  ];
}

/** attemptPodName names the Pod by the name it was given, or by the task_id when that name has nothing to show. */
export function attemptPodName(pod: Pick<ComposedPod, 'metadata'>, attempt: Attempt, bucket: string): string {
  const { name } = pod.metadata;
  const readable = name !== undefined && /[a-z0-9]/i.test(name) ? name : attempt.taskId;
  return podName(readable, attempt, bucket);
}
