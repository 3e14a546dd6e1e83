import { baseContainer } from '../../../../shared/pod-words.ts';
import { pathPart } from '../../../../shared/task/json.ts';
import type { Task } from '../../../../shared/task/task.ts';
import { itemsOf, listOf, objectOf, type Sourced, whole } from '../sourced.ts';

/** Parameters by the part of the Pod that they make; each is taken as it is. */
type Table = Readonly<Record<string, keyof Task>>;

/** A task as it was written: tells maps from lists, and names from objects. */
export type GivenTask = Readonly<Record<string, unknown>>;

const metadataTable: Table = {
  annotations: 'annotations',
  labels: 'labels',
  name: 'name',
  namespace: 'namespace',
};

const specTable: Table = {
  activeDeadlineSeconds: 'active_deadline_seconds',
  affinity: 'affinity',
  automountServiceAccountToken: 'automount_service_account_token',
  dnsConfig: 'dns_config',
  dnsPolicy: 'dnspolicy',
  hostAliases: 'host_aliases',
  hostNetwork: 'hostnetwork',
  hostname: 'hostname',
  imagePullSecrets: 'image_pull_secrets',
  initContainers: 'init_containers',
  nodeSelector: 'node_selector',
  priorityClassName: 'priority_class_name',
  runtimeClassName: 'runtime_class_name',
  schedulerName: 'schedulername',
  securityContext: 'security_context',
  serviceAccountName: 'service_account_name',
  subdomain: 'subdomain',
  terminationGracePeriodSeconds: 'termination_grace_period',
  tolerations: 'tolerations',
  volumes: 'volumes',
};

const containerTable: Table = {
  args: 'arguments',
  command: 'cmds',
  env: 'env_vars',
  envFrom: 'env_from',
  image: 'image',
  imagePullPolicy: 'image_pull_policy',
  name: 'base_container_name',
  ports: 'ports',
  resources: 'container_resources',
  securityContext: 'container_security_context',
  terminationMessagePolicy: 'termination_message_policy',
  volumeMounts: 'volume_mounts',
};

const places = [
  ...placesBelow('spec.containers.0', containerTable),
  ...placesBelow('metadata', metadataTable),
  ...placesBelow('spec', specTable),
];

/** parameterLayer makes the layer of a task's own parameters; those that are wrong may be missing. */
export function parameterLayer(task: Partial<Task>, given: GivenTask): Sourced {
  const container = {
    name: whole('', baseContainer),
    ...read(containerTable, task),
    env: together(environment(task, given), parameter('pod_runtime_info_envs', task)),
    envFrom: together(parameter('env_from', task), configMaps(task)),
  };
  return objectOf('', {
    metadata: objectOf('', read(metadataTable, task)),
    spec: objectOf('', {
      ...read(specTable, task),
      imagePullSecrets: pullSecrets(task, given),
      containers: listOf('', [objectOf('', container)]),
    }),
  });
}

/** parameterAt names the parameter that makes the part of the Pod at a path; undefined when none does. */
export function parameterAt(path: string): string | undefined {
  const place = places.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}.`));
  return place && `${place.parameter}${path.slice(place.prefix.length)}`;
}

function placesBelow(prefix: string, table: Table): { prefix: string; parameter: string }[] {
  return Object.entries(table).map(([field, name]) => ({ prefix: `${prefix}.${field}`, parameter: name }));
}

function read(table: Table, task: Partial<Task>): Record<string, Sourced> {
  const fields = Object.entries(table).flatMap(([field, name]) => {
    const value = parameter(name, task);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(fields);
}

function parameter(name: keyof Task, task: Partial<Task>): Sourced | undefined {
  return task[name] === undefined ? undefined : whole(name, task[name]);
}

/** Variables that were written as a map stand at their names. */
function environment({ env_vars }: Partial<Task>, given: GivenTask): Sourced | undefined {
  if (env_vars === undefined || Array.isArray(given.env_vars)) return env_vars && whole('env_vars', env_vars);
  const items = env_vars.map(({ name, value }) => {
    const at = `env_vars.${pathPart(name)}`;
    return objectOf(at, { name: whole(at, name), value: whole(at, value) });
  });
  return listOf('env_vars', items);
}

/** A Secret that was written as its name stands at its place in the list. */
function pullSecrets({ image_pull_secrets }: Partial<Task>, given: GivenTask): Sourced | undefined {
  const written: unknown[] = Array.isArray(given.image_pull_secrets) ? given.image_pull_secrets : [];
  const items = image_pull_secrets?.map((secret, index) => {
    const at = `image_pull_secrets.${index}`;
    return typeof written[index] === 'string'
      ? objectOf(at, { name: whole(at, secret.name) })
      : whole(at, secret);
  });
  return items && listOf('image_pull_secrets', items);
}

function configMaps({ configmaps }: Partial<Task>): Sourced | undefined {
  const items = configmaps?.map((name, index) => {
    const at = `configmaps.${index}`;
    return objectOf(at, { configMapRef: objectOf(at, { name: whole(at, name) }) });
  });
  return items && listOf('configmaps', items);
}

function together(first: Sourced | undefined, second: Sourced | undefined): Sourced | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return listOf(first.at, [...itemsOf(first), ...itemsOf(second)]);
}
