import { TaskpodError } from '../../shared/errors.ts';
import type { ClusterOperations, GkeCluster, GkeOperation } from '../../shared/ports/cluster-operations.ts';
import { abortedError } from '../../shared/time.ts';
import { type GkeAnswer, GkeClusters, type MadeCluster, type MadeOperation } from '../google/gke-clusters.ts';
import { type Fault, watched } from './faults.ts';

/** GKE in memory. */
export class MemoryOperations implements ClusterOperations {
  readonly gke: GkeClusters;
  /** Calls are named by method and name: `create projects/p/locations/l/clusters/c`. */
  fault: Fault | undefined;
  /** What the next request is answered instead of being done. */
  refusal: { status: number; message: string } | undefined;

  constructor(now: () => number) {
    this.gke = new GkeClusters(now);
  }

  async create(cluster: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    const answer = await this.#call(`create ${cluster}`, signal, () =>
      this.gke.create(cluster.split('/').slice(0, 4).join('/'), JSON.parse(JSON.stringify(body))),
    );
    if (answer.status === 409) return { kind: 'exists' } as const;
    return startedOr(answer);
  }

  async remove(cluster: string, signal: AbortSignal) {
    const answer = await this.#call(`remove ${cluster}`, signal, () => this.gke.remove(cluster));
    return answer.status === 404 ? ({ kind: 'absent' } as const) : startedOr(answer);
  }

  async read(cluster: string, signal: AbortSignal): Promise<GkeCluster | undefined> {
    const answer = await this.#call(`read ${cluster}`, signal, () => this.gke.read(cluster));
    if ('message' in answer) return unlessRefused(answer);
    const { status, statusMessage = '', selfLink, resourceLabels: labels } = answer.body as MadeCluster;
    return { status, statusMessage, selfLink, labels: { ...labels } };
  }

  async readOperation(_: string, name: string, signal: AbortSignal): Promise<GkeOperation | undefined> {
    const answer = await this.#call(`readOperation ${name}`, signal, () => this.gke.readOperation(name));
    return 'message' in answer ? unlessRefused(answer) : operationOf(answer.body);
  }

  async listOperations(cluster: string, signal: AbortSignal): Promise<GkeOperation[]> {
    const answer = await this.#call(`listOperations ${cluster}`, signal, () => this.gke.list());
    if ('message' in answer) return unlessRefused(answer) ?? [];
    const { operations = [] } = answer.body as { operations?: MadeOperation[] };
    const end = `/clusters/${cluster.split('/').at(-1)}`;
    return operations
      .map(operationOf)
      .filter(({ targetLink }) => targetLink.endsWith(end))
      .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  }

  async cancelOperation(_: string, name: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#call(`cancelOperation ${name}`, signal, () => this.gke.cancel(name));
    return answer.status === 200;
  }

  async #call(call: string, signal: AbortSignal, operation: () => GkeAnswer): Promise<GkeAnswer> {
    if (signal.aborted) throw abortedError(signal);
    return watched(this.fault, call, () => {
      const { refusal } = this;
      this.refusal = undefined;
      return refusal === undefined ? operation() : { ...refusal, rpc: '' };
    });
  }
}

function startedOr(answer: GkeAnswer) {
  if (!('message' in answer)) return { kind: 'started', operation: operationOf(answer.body) } as const;
  return { kind: 'refused', status: answer.status, message: answer.message } as const;
}

function unlessRefused({ status, message }: Extract<GkeAnswer, { message: string }>): undefined {
  if (status !== 404) throw new TaskpodError('cluster_unavailable', message, { status });
}

function operationOf(body: object): GkeOperation {
  const made = body as MadeOperation;
  return {
    name: made.name,
    type: made.operationType,
    status: made.status,
    selfLink: made.selfLink,
    targetLink: made.targetLink,
    startedAt: made.startTime,
    endedAt: made.endTime ?? '',
    error: made.error,
  };
}
