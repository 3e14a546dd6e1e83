import { z } from 'zod';
import { clusterNameSchema } from './cluster-name.ts';
import type { Problem } from './errors.ts';

/** The ways to a GKE cluster: `auto` is the DNS endpoint where it is open, else the private address, else the public one. */
const clusterEndpoints = ['auto', 'dns', 'internal', 'public'] as const;
export type EndpointChoice = (typeof clusterEndpoints)[number];

/** How a GKE cluster is reached. The deployment's: launching and watching use the same, for the whole life of a Pod. */
export interface ClusterAccess {
  endpoint: EndpointChoice;
  /** Service accounts, each of which the one before may act as; the last is whom the cluster sees. Empty: the function's own. */
  impersonationChain: readonly string[];
}

const serviceAccount = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*@[a-z0-9][a-z0-9.-]*\.gserviceaccount\.com$/,
    'must be e-mails of service accounts, such as tasks@my-project.iam.gserviceaccount.com',
  );
const chain = z.array(serviceAccount).min(1).max(10);
const endpoint = z.enum(clusterEndpoints, `must be one of: ${clusterEndpoints.join(', ')}`);

/** Of one cluster; what is absent is as for all. */
const accessSchema = z.strictObject({
  endpoint: endpoint.optional(),
  impersonation_chain: z.union([z.tuple([]), chain]).optional(),
});
type AccessOverride = z.output<typeof accessSchema>;

/** The variables that say how GKE clusters are reached; see config.ts. */
export const accessVariables = {
  TASKPOD_CLUSTER_ENDPOINT: {
    schema: endpoint,
    default: 'auto',
    meaning:
      'Endpoint by which GKE clusters are reached: `dns`, `internal`, `public`, or `auto` for the first of these that a cluster has.',
  },
  TASKPOD_IMPERSONATION_CHAIN: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(chain),
    default: '',
    meaning:
      'Comma-separated service accounts that are impersonated for GKE clusters, each by the one before; the last is whom the clusters see. None: the function’s own.',
  },
  TASKPOD_CLUSTER_ACCESS: {
    schema: z.string().transform(readJson).pipe(z.record(clusterNameSchema, accessSchema)),
    default: '',
    meaning:
      'JSON of clusters that are reached otherwise: `{"projects/P/locations/L/clusters/C": {"endpoint": "internal", "impersonation_chain": ["A@P.iam.gserviceaccount.com"]}}`.',
  },
};

/** Access of all clusters, and of those that differ. */
export interface AccessSettings {
  access: ClusterAccess;
  accessByCluster: ReadonlyMap<string, ClusterAccess>;
}

/** accessSettings fills what an override leaves open with what holds for all. */
export function accessSettings(
  access: ClusterAccess,
  overrides: Readonly<Record<string, AccessOverride>>,
): AccessSettings {
  const accessByCluster = new Map(
    Object.entries(overrides).map(([cluster, own]) => [
      cluster,
      {
        endpoint: own.endpoint ?? access.endpoint,
        impersonationChain: own.impersonation_chain ?? access.impersonationChain,
      },
    ]),
  );
  return { access, accessByCluster };
}

/** accessOf tells how a cluster is reached. */
export function accessOf(cluster: string, { access, accessByCluster }: AccessSettings): ClusterAccess {
  return accessByCluster.get(cluster) ?? access;
}

/** strangerProblems names the clusters whose access is set though they are no GKE cluster of the deployment. */
export function strangerProblems(
  { accessByCluster }: AccessSettings,
  clusters: readonly string[],
): Problem[] {
  const strangers = [...accessByCluster.keys()].filter(
    cluster => !clusters.includes(cluster) || !cluster.startsWith('projects/'),
  );
  if (strangers.length === 0) return [];
  const message = `names what is no GKE cluster of TASKPOD_CLUSTER or TASKPOD_CLUSTERS: ${strangers.join(', ')}`;
  return [{ path: 'TASKPOD_CLUSTER_ACCESS', message }];
}

function readJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}
