import { z } from 'zod';
import { hasCode } from '../../errors.ts';
import type { ClusterOperations, GkeOperation, RefusedOperation } from '../../ports/cluster-operations.ts';
import type { Clock } from '../../time.ts';
import { keepAliveAgents } from '../google-client.ts';
import { type GoogleApi, googleOutageAction, parseAnswer } from '../google-failure.ts';
import { callRest, type RestCall } from '../google-rest.ts';
import type { TokenSource } from '../google-token.ts';

/** A creation is answered when the operation is made, which takes seconds and not minutes. */
const defaultTimeoutMs = 15_000;

const api: GoogleApi = {
  name: 'GKE',
  unavailable: 'cluster_unavailable',
  refused: 'cluster_unavailable',
  permissionAction: 'Give this identity what docs/gke-clusters.md lists, on the project of the cluster.',
  missingAction: 'Check project_id and location of the task.',
  outageAction: googleOutageAction,
};

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.operations */
const operationResource = z
  .object({
    name: z.string(),
    operationType: z.string().default(''),
    status: z.string().default(''),
    selfLink: z.string().default(''),
    targetLink: z.string().default(''),
    startTime: z.string().default(''),
    endTime: z.string().default(''),
    error: z.object({ code: z.number().default(0), message: z.string().default('') }).optional(),
    /** Deprecated in favour of `error`, and told by older operations alone. */
    statusMessage: z.string().optional(),
  })
  .transform(
    (found): GkeOperation => ({
      name: found.name,
      type: found.operationType,
      status: found.status,
      selfLink: found.selfLink,
      targetLink: found.targetLink,
      startedAt: found.startTime,
      endedAt: found.endTime,
      error: found.error ?? (found.statusMessage ? { code: 0, message: found.statusMessage } : undefined),
    }),
  );
const operationList = z.object({ operations: z.array(operationResource).default([]) });

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters */
const clusterResource = z.object({
  status: z.string().default(''),
  statusMessage: z.string().default(''),
  selfLink: z.string().default(''),
  resourceLabels: z.record(z.string(), z.string()).default({}),
});

/** What {@link connectClusterOperations} needs. */
export interface ClusterOperationsOptions {
  clock: Clock;
  random: () => number;
  token: TokenSource;
  /** Where the API is, without a slash at its end; default: where it is for everybody. */
  baseUrl?: string | undefined;
  /** Milliseconds that one try may take. */
  timeoutMs?: number;
}

/** connectClusterOperations speaks to GKE's REST API, v1. Nothing is sent before the first use. */
export function connectClusterOperations(options: ClusterOperationsOptions): ClusterOperations {
  const { clock, random, token, timeoutMs = defaultTimeoutMs } = options;
  const baseUrl = `${options.baseUrl ?? 'https://container.googleapis.com'}/v1`;
  const deps = { agent: keepAliveAgents(), token, timeoutMs, clock, random };
  const call = <S extends z.ZodType>(
    request: Pick<RestCall, 'what' | 'method' | 'body' | 'signal'> & { path: string },
    schema: S,
  ): Promise<z.output<S>> => {
    const { path, ...rest } = request;
    return callRest({ api, url: `${baseUrl}/${path}`, ...rest }, deps, text =>
      parseAnswer(api, schema, text),
    );
  };

  return {
    async create(cluster, body, signal) {
      const path = `${locationOf(cluster)}/clusters`;
      const request = { what: `create ${cluster}`, method: 'POST', path, signal } as const;
      try {
        const operation = await call(
          { ...request, body: JSON.stringify({ cluster: body }) },
          operationResource,
        );
        return { kind: 'started', operation };
      } catch (error) {
        return statusOf(error) === 409 ? { kind: 'exists' } : refusalOf(error);
      }
    },
    async remove(cluster, signal) {
      const request = { what: `delete ${cluster}`, method: 'DELETE', path: cluster, signal } as const;
      try {
        return { kind: 'started', operation: await call(request, operationResource) };
      } catch (error) {
        return statusOf(error) === 404 ? { kind: 'absent' } : refusalOf(error);
      }
    },
    async read(cluster, signal) {
      const request = { what: `read ${cluster}`, method: 'GET', path: cluster, signal } as const;
      const found = await unlessMissing(call(request, clusterResource));
      if (found === undefined) return undefined;
      const { resourceLabels: labels, ...rest } = found;
      return { ...rest, labels };
    },
    readOperation(cluster, name, signal) {
      const path = `${locationOf(cluster)}/operations/${name}`;
      return unlessMissing(call({ what: `read ${name}`, method: 'GET', path, signal }, operationResource));
    },
    async listOperations(cluster, signal) {
      const path = `${locationOf(cluster)}/operations`;
      const request = { what: `list the operations on ${cluster}`, method: 'GET', path, signal } as const;
      const { operations } = await call(request, operationList);
      // The project may be told by its number, and a location as a zone: the name alone is sure.
      const end = `/clusters/${cluster.split('/').at(-1)}`;
      return operations
        .filter(({ targetLink }) => targetLink.endsWith(end))
        .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
    },
    async cancelOperation(cluster, name, signal) {
      const path = `${locationOf(cluster)}/operations/${name}:cancel`;
      try {
        await call({ what: `cancel ${name}`, method: 'POST', path, body: '{}', signal }, z.object({}));
        return true;
      } catch (error) {
        refusalOf(error);
        return false;
      }
    },
  };
}

function locationOf(cluster: string): string {
  return cluster.split('/').slice(0, 4).join('/');
}

function statusOf(error: unknown): number | undefined {
  return hasCode(error, 'cluster_unavailable') && !error.retryable ? error.status : undefined;
}

/** What GKE refuses is an answer; an outage, and an identity that is not taken, are thrown. */
function refusalOf(error: unknown): RefusedOperation {
  const status = statusOf(error);
  if (status === undefined || status === 401 || !(error instanceof Error)) throw error;
  return { kind: 'refused', status, message: error.message };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
