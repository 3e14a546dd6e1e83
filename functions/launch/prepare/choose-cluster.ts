import { clusterNameSchema } from '../../../shared/cluster-name.ts';
import type { Config } from '../../../shared/config.ts';
import type { Problem } from '../../../shared/errors.ts';

/** What a task, or its connection, says about the cluster. */
export interface ClusterFields {
  project_id?: string | undefined;
  location?: string | undefined;
  cluster_name?: string | undefined;
  cluster_context?: string | undefined;
}

/** Where a Pod runs; with problems, the default. */
export interface ClusterChoice {
  /** As shared/cluster-name.ts spells it. */
  cluster: string;
  problems: Problem[];
}

/** `clusters` undefined: not known here, so that any may be right. */
export type ClusterSettings = Pick<Config, 'cluster'> & { clusters: readonly string[] | undefined };

/**
 * chooseCluster finds the cluster of a task: the one it names, else the one that its connection names, else the deployment's default.
 * It must be one of the deployment's. The project is by default that of the default cluster.
 */
export function chooseCluster(
  task: ClusterFields,
  connection: ClusterFields | undefined,
  settings: ClusterSettings,
): ClusterChoice {
  const isTasks = isNamed(task);
  const fields = isTasks ? task : connection;
  if (fields === undefined || !isNamed(fields)) return { cluster: settings.cluster, problems: [] };
  const named = nameOf(fields, settings.cluster);
  const { clusters = [named.name] } = settings;
  const allowed = clusters.find(cluster => cluster === named.name);
  if (allowed !== undefined && named.message === undefined) return { cluster: allowed, problems: [] };
  const message = named.message ?? `names no cluster of this deployment: use one of ${clusters.join(', ')}`;
  const problem = isTasks
    ? { path: named.field, message }
    : { path: 'kubernetes_conn_id', message: `names a connection whose extra ${named.field} ${message}` };
  return { cluster: settings.cluster, problems: [problem] };
}

/** A name, or what keeps the fields from being one, and the field that it is about. */
interface Named {
  name: string;
  field: keyof ClusterFields;
  message?: string;
}

function isNamed(fields: ClusterFields): boolean {
  const { project_id, location, cluster_name, cluster_context } = fields;
  return [project_id, location, cluster_name, cluster_context].some(value => value !== undefined);
}

function nameOf(fields: ClusterFields, defaultCluster: string): Named {
  const { location, cluster_name, cluster_context } = fields;
  if (cluster_context !== undefined) {
    const isAlone = fields.project_id === undefined && location === undefined && cluster_name === undefined;
    const named: Named = { name: `kubeconfig:${cluster_context}`, field: 'cluster_context' };
    const message = 'stands beside project_id, location or cluster_name: keep one of the two';
    return isAlone ? named : { ...named, message };
  }
  const project_id = fields.project_id ?? /^projects\/([^/]+)\//.exec(defaultCluster)?.[1];
  const parts: [keyof ClusterFields, string | undefined][] = [
    ['cluster_name', cluster_name],
    ['location', location],
    ['project_id', project_id],
  ];
  const missing = parts.find(([, value]) => value === undefined)?.[0];
  if (missing !== undefined) {
    return { name: '', field: missing, message: 'is required to name a cluster of Google Cloud' };
  }
  const spelt = clusterNameSchema.safeParse(
    `projects/${project_id}/locations/${location}/clusters/${cluster_name}`,
  );
  if (spelt.success) return { name: spelt.data, field: 'cluster_name' };
  return {
    name: '',
    field: 'cluster_name',
    message: 'is no name of a cluster, with project_id and location before it',
  };
}
