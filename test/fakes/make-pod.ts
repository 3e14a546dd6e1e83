import { type AttemptRecord, attemptOf } from '../../shared/attempt-record.ts';
import type { ContainerStatus, Pod, PodStatus } from '../../shared/kubernetes/pod.ts';
import { scopeName } from '../../shared/names.ts';
import { runAnnotation, systemLabels } from '../../shared/pod-labels.ts';

/** A record of an attempt, with everything at its default. */
export function makeRecord(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    version: 1,
    dag_id: 'default',
    run_id: 'r1',
    task_id: 't1',
    try_number: 1,
    scope: scopeName('kubeconfig', 'b', 0),
    queued_at: '2026-11-23T10:00:00.000Z',
    schedule_deadline_at: '2026-11-23T10:02:00.000Z',
    startup_timeout_seconds: 120,
    schedule_timeout_seconds: 120,
    base_container: 'base',
    log_containers: ['base'],
    xcom: null,
    on_finish_action: 'delete_pod',
    ...changes,
  };
}

/** A Pod of that attempt with one main container `base`, in the given status. */
export function makePod(
  status: PodStatus = {},
  options: { record?: AttemptRecord; uid?: string; deleted?: string } = {},
): Pod {
  const record = options.record ?? makeRecord();
  return {
    metadata: {
      name: `t1-${options.uid ?? 'u1'}`,
      namespace: 'tasks',
      uid: options.uid ?? 'u1',
      resourceVersion: '1',
      creationTimestamp: '2026-11-23T10:00:00Z',
      ...(options.deleted === undefined ? {} : { deletionTimestamp: options.deleted }),
      labels: systemLabels(attemptOf(record), record.scope),
      annotations: { [runAnnotation]: JSON.stringify(record) },
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'base' }],
      ...(record.xcom === 'sidecar'
        ? { initContainers: [{ name: 'airflow-xcom-sidecar', restartPolicy: 'Always' }] }
        : {}),
    },
    status,
  };
}

/** Status of a container that runs. */
export function running(name = 'base'): ContainerStatus {
  return { name, state: { running: { startedAt: '2026-11-23T10:00:05Z' } } };
}

/** Status of a container that has ended. */
export function terminated(
  exitCode: number,
  more: { name?: string; reason?: string; message?: string } = {},
): ContainerStatus {
  const { name = 'base', reason = exitCode === 0 ? 'Completed' : 'Error', message } = more;
  const times = { startedAt: '2026-11-23T10:00:05Z', finishedAt: '2026-11-23T10:00:09Z' };
  return {
    name,
    state: { terminated: { exitCode, reason, ...times, ...(message === undefined ? {} : { message }) } },
  };
}

/** The condition that a Pod is bound to a node. */
export const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-11-23T10:00:01Z' };
