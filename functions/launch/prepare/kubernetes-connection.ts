import type { Connection } from '../../../shared/connection.ts';
import type { Problem } from '../../../shared/errors.ts';
import { type KubernetesType, kubernetesProblems } from '../../../shared/task/kubernetes-object.ts';
import type { ConnectionDefaults } from '../compose/pod-layers.ts';
import type { ClusterFields } from './choose-cluster.ts';

/** What a Kubernetes connection says about a task's Pod. */
export interface KubernetesConnection {
  defaults: ConnectionDefaults;
  cluster: ClusterFields;
  problems: Problem[];
  warnings: Problem[];
}

/** Where Composer 2 keeps the kubeconfig of its own cluster. */
const composerConfig = '/home/airflow/composer_kube_config';

const path = 'kubernetes_conn_id';

/**
 * readKubernetesConnection reads the `extra` of a connection as Airflow's Kubernetes hook does; every name may have the old prefix
 * `extra__kubernetes__`. A kubeconfig is never taken from it. No message repeats a value.
 */
export function readKubernetesConnection(id: string, { extra }: Connection): KubernetesConnection {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const told = (name: string, message: string): Problem => ({
    path,
    message: `names the connection ${id}, whose extra ${name} ${message}`,
  });
  const field = (name: string): unknown => {
    const value = extra[name] ?? extra[`extra__kubernetes__${name}`];
    return value === '' || value === null ? undefined : value;
  };
  const text = (name: string): string | undefined => {
    const value = field(name);
    if (value === undefined || typeof value === 'string') return value;
    problems.push(told(name, 'must be a text'));
    return undefined;
  };
  const object = (name: string, type: KubernetesType): Record<string, unknown> | undefined => {
    const value = dataIn(field(name));
    if (value === undefined) return undefined;
    const wrong = kubernetesProblems(type, value);
    for (const problem of wrong) {
      problems.push(told([name, problem.path].filter(Boolean).join('.'), problem.message));
    }
    return wrong.length === 0 && isObject(value) ? value : undefined;
  };

  const cluster = {
    project_id: text('project_id'),
    location: text('location'),
    cluster_name: text('cluster_name'),
    cluster_context: text('cluster_context'),
  };
  const namesCluster = Object.values(cluster).some(value => value !== undefined);
  const configs = ['kube_config', 'kube_config_path'].filter(name => field(name) !== undefined);
  for (const name of configs) {
    const isHarmless = namesCluster || (name === 'kube_config_path' && field(name) === composerConfig);
    const message = isHarmless
      ? 'has no effect: the functions reach their clusters with their own identity. Remove it'
      : 'is not taken: a kubeconfig is never read from a connection. Name the cluster by project_id, location and cluster_name in the extra, or remove it to use the default cluster';
    (isHarmless ? warnings : problems).push(told(name, message));
  }
  if (isOn(field('in_cluster')) && !namesCluster) {
    warnings.push(told('in_cluster', "means the deployment's default cluster here. Remove it"));
  }
  for (const name of ['disable_verify_ssl', 'disable_tcp_keepalive']) {
    if (isOn(field(name))) warnings.push(told(name, 'has no effect: this is never switched off. Remove it'));
  }
  const defaults = {
    namespace: text('namespace'),
    xcomSidecarImage: text('xcom_sidecar_container_image'),
    xcomSidecarResources: object('xcom_sidecar_container_resources', 'V1ResourceRequirements'),
    xcomSidecarSecurityContext: object('xcom_sidecar_container_security_context', 'V1SecurityContext'),
  };
  return { defaults, cluster, problems, warnings };
}

/** Airflow's forms keep an object as JSON text; what is no JSON stays text, and is told as what it is. */
function dataIn(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(true|1|yes)$/i.test(value));
}
