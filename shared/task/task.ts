import type {
  V1Container,
  V1EnvVar,
  V1ResourceRequirements,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { onFinishActions, xcomTransports } from '../attempt-record.ts';
import { baseContainer } from '../pod-words.ts';
import { type KubernetesType, kubernetesProblems } from './kubernetes-object.ts';

const string = z.string('must be a string');
const flag = z.boolean('must be true or false');
const strings = z.array(string, 'must be a list of strings, such as ["sh", "-c", "date"]');
const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, `must be one of: ${names.join(', ')}`);

/** The longest time that a parameter takes, in seconds: a year. */
const maxSeconds = 31_536_000;
const seconds = z
  .int('must be a whole number of seconds')
  .min(1, 'must be at least 1')
  .max(maxSeconds, `must be at most ${maxSeconds} (a year)`);

/** A map of strings; Airflow's None is an empty value. */
const stringMap = z.record(
  z.string(),
  z
    .string('must be a string: put the value in quotes')
    .nullable()
    .transform(value => value ?? ''),
  'must be an object of strings',
);

const kubernetes = <T>(type: KubernetesType) =>
  z.custom<T>().superRefine((value, context) => {
    for (const { path, message } of kubernetesProblems(type, value)) {
      context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message });
    }
  });
const kubernetesList = <T>(type: KubernetesType) => z.array(kubernetes<T>(type), 'must be a list of objects');

/** Reads a value that may have several shapes by the one it has, so that problems are told in that shape's words. */
const byShape = <T>(choose: (value: unknown) => z.ZodType<T>) =>
  z.unknown().transform((value, context): T => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

const envVarList = kubernetesList<V1EnvVar>('V1EnvVar');
const envVarMap = stringMap.transform(map =>
  Object.entries(map).map(([name, value]): V1EnvVar => ({ name, value })),
);
const environment = byShape(value => (Array.isArray(value) ? envVarList : envVarMap));

/** Names of containers whose logs are followed, or all of their kind. */
type ContainerChoice = true | string[];

const containerNames: z.ZodType<ContainerChoice> = z.array(string);
const allContainers: z.ZodType<ContainerChoice> = z.literal(true, 'must be true, a name, or a list of names');
const oneContainer: z.ZodType<ContainerChoice> = string.transform(name => [name]);
const containerChoice = byShape(value => {
  if (Array.isArray(value)) return containerNames;
  return typeof value === 'string' ? oneContainer : allContainers;
});

/** The parameters that make up the run key; see rules/run.ts. */
export const runParameters = ['dag_id', 'run_id', 'task_id', 'map_index'] as const;

/**
 * Every other parameter of a task: the names are KubernetesPodOperator's keyword arguments, and so are their meanings and
 * defaults. Kubernetes objects are in Kubernetes' own JSON. docs/task.md is compared with it.
 */
export const taskSchema = z.object({
  name: string.optional(),
  image: z.string({ error: issue => (issue.input === undefined ? 'is required' : 'must be a string') }),
  cmds: strings.default([]),
  arguments: strings.default([]),
  namespace: string,
  env_vars: environment.default([]),
  labels: stringMap.default({}),
  annotations: stringMap.default({}),
  container_resources: kubernetes<V1ResourceRequirements>('V1ResourceRequirements').optional(),
  image_pull_policy: oneOf(['Always', 'IfNotPresent', 'Never']).optional(),
  service_account_name: string.optional(),
  get_logs: flag.default(true),
  container_logs: containerChoice.default([baseContainer]),
  init_containers: kubernetesList<V1Container>('V1Container').default([]),
  init_container_logs: containerChoice.default([]),
  volumes: kubernetesList<V1Volume>('V1Volume').default([]),
  volume_mounts: kubernetesList<V1VolumeMount>('V1VolumeMount').default([]),
  do_xcom_push: flag.default(false),
  xcom_transport: oneOf(xcomTransports).default('sidecar'),
  on_finish_action: oneOf(onFinishActions).default('delete_pod'),
  startup_timeout_seconds: seconds.default(120),
  schedule_timeout_seconds: seconds.optional(),
  active_deadline_seconds: seconds.optional(),
  execution_timeout_seconds: seconds.optional(),
  total_timeout_seconds: seconds.optional(),
  skip_on_exit_code: z.array(z.int()).default([]),
  logical_date: z.iso
    .datetime({ offset: true, error: 'must be a time as in RFC 3339, such as 2024-03-08T22:16:25+00:00' })
    .optional(),
});

/** A task that is right, with every default set but those that are the deployment's. */
export type Task = z.output<typeof taskSchema>;

/** taskParameters are all keys that a task can have. */
export const taskParameters: readonly string[] = [...runParameters, ...Object.keys(taskSchema.shape)];
