import type { Config } from '../../../shared/config.ts';
import type { Problem } from '../../../shared/errors.ts';
import type { RunKey } from '../../../shared/run.ts';
import { readTask } from '../../../shared/task/parse-task.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import type { Task } from '../../../shared/task/task.ts';
import { type ComposedPod, composePod } from '../compose/compose-pod.ts';

/** A task to prepare: JSON as it was published. */
export interface PrepareRequest {
  published: unknown;
  messageId: string;
  /** First try is 1. */
  tryNumber: number;
}

/** The deployment's settings that a task's meaning depends on. */
export type PrepareSettings = Pick<
  Config,
  | 'cluster'
  | 'defaultNamespace'
  | 'namespaces'
  | 'xcomSidecarImage'
  | 'xcomMaxBytes'
  | 'activeDeadlineSeconds'
>;

/** What preparing a task needs from outside. */
export interface PrepareDeps {
  settings: PrepareSettings;
}

/** A task that is ready to be launched. */
export interface PreparedTask {
  task: Task;
  run: RunKey;
  /** `kubeconfig` or a GKE resource name. */
  cluster: string;
  namespace: string;
  pod: ComposedPod;
}

/** A task that may be launched, or all that is wrong with it; `run` is there when it can be filed under its run key. */
export type Preparation =
  | ({ ok: true } & PreparedTask)
  | { ok: false; problems: Problem[]; run: RunKey | undefined };

/**
 * prepareTask makes a task ready: its rules are checked and its Pod is composed. Never throws for a mistake in the task. Throws
 * when what it needs from outside does not answer.
 */
export async function prepareTask(
  { published, messageId }: PrepareRequest,
  { settings }: PrepareDeps,
  _signal: AbortSignal,
): Promise<Preparation> {
  const { defaultNamespace, namespaces, cluster } = settings;
  const parsed = readTask(published, { messageId, defaultNamespace, namespaces });
  if (!parsed.ok) return parsed;
  const { task, run } = parsed;
  const pod = composePod({ task, given: isRecord(published) ? published : {}, settings });
  return { ok: true, task, run, cluster, namespace: pod.metadata.namespace, pod };
}
