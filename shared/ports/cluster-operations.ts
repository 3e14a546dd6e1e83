/** A long-running operation of GKE, as far as it is looked at. */
export interface GkeOperation {
  /** `operation-1732...`, unique in its project and location. */
  name: string;
  /** `CREATE_CLUSTER`, `DELETE_CLUSTER`, ... */
  type: string;
  /** `PENDING`, `RUNNING`, `ABORTING`, or `DONE`. */
  status: string;
  selfLink: string;
  /** Of what it changes; with the project's number where the request had its id. */
  targetLink: string;
  /** RFC 3339; empty while it is not known. */
  startedAt: string;
  endedAt: string;
  /** Of a failure: code of google.rpc.Code, and what GKE says. */
  error: { code: number; message: string } | undefined;
}

/** A cluster, as far as it is looked at. */
export interface GkeCluster {
  /** `PROVISIONING`, `RUNNING`, `RECONCILING`, `STOPPING`, `ERROR`, `DEGRADED`. */
  status: string;
  statusMessage: string;
  selfLink: string;
  labels: Readonly<Record<string, string>>;
}

/** GKE understood and refused: trying again changes nothing by itself. */
export interface RefusedOperation {
  kind: 'refused';
  status: number;
  /** What GKE says; may hold pieces of the request. */
  message: string;
}

/**
 * Clusters of GKE and the operations on them; a cluster is named `projects/P/locations/L/clusters/C`. Every method retries
 * outages by itself within its signal, then throws `cluster_unavailable` (retryable); so a request may have been sent twice.
 * Reads that are refused throw `cluster_unavailable`, not retryable.
 */
export interface ClusterOperations {
  /** Asks for a cluster. `exists`: there is one of this name, perhaps by this very call. */
  create(
    cluster: string,
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<{ kind: 'started'; operation: GkeOperation } | { kind: 'exists' } | RefusedOperation>;
  /** Asks for the end of a cluster. `absent`: there is none of this name. */
  remove(
    cluster: string,
    signal: AbortSignal,
  ): Promise<{ kind: 'started'; operation: GkeOperation } | { kind: 'absent' } | RefusedOperation>;
  /** Undefined when there is none of this name. */
  read(cluster: string, signal: AbortSignal): Promise<GkeCluster | undefined>;
  /** An operation in the cluster's project and location; undefined when GKE knows it no more. */
  readOperation(cluster: string, name: string, signal: AbortSignal): Promise<GkeOperation | undefined>;
  /** All operations on the cluster of this name that GKE remembers, the newest first. */
  listOperations(cluster: string, signal: AbortSignal): Promise<GkeOperation[]>;
  /** Asks an operation to stop; false when GKE refuses. */
  cancelOperation(cluster: string, name: string, signal: AbortSignal): Promise<boolean>;
}
