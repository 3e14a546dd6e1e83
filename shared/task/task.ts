import { z } from 'zod';
import { accessFields } from './schema/access.ts';
import { clusterFields } from './schema/cluster.ts';
import { containerFields, logFields } from './schema/container.ts';
import { identityFields, podFields } from './schema/pod.ts';
import { contextFields, runFields } from './schema/run.ts';
import { storageFields } from './schema/storage.ts';
import { xcomFields } from './schema/xcom.ts';

/** The parameters that make up the run key; see rules/run.ts. */
export const runParameters = ['dag_id', 'run_id', 'task_id', 'map_index'] as const;

/**
 * Every other parameter of a task: the names are KubernetesPodOperator's keyword arguments, and so are their meanings and
 * defaults. Kubernetes objects are in Kubernetes' own JSON. What takes part in the composition of a Pod has no default here: an
 * explicit false, 0, "" or [] wins over a template, and what is absent does not. docs/task.md is compared with it.
 */
export const taskSchema = z.object({
  ...identityFields,
  ...containerFields,
  ...storageFields,
  ...podFields,
  ...accessFields,
  ...clusterFields,
  ...logFields,
  ...xcomFields,
  ...runFields,
  ...contextFields,
});

/** A task whose parameters are right, each by itself, with the defaults of those that are no part of a Pod. */
export type Task = z.output<typeof taskSchema>;

/** The parameters whose texts are templates: those of the run key, and what templates read, are not. */
export const renderedParameters: readonly string[] = Object.keys(taskSchema.shape).filter(
  name => !(name in contextFields),
);

/** taskParameters are all keys that a task can have. */
export const taskParameters: readonly string[] = [...runParameters, ...Object.keys(taskSchema.shape)];
