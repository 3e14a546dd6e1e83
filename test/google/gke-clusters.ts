/** A cluster as GKE tells of it. */
export interface MadeCluster {
  name: string;
  status: string;
  statusMessage?: string;
  selfLink: string;
  resourceLabels: Record<string, string>;
}

/** An operation as GKE tells of it. */
export interface MadeOperation {
  name: string;
  operationType: string;
  status: string;
  selfLink: string;
  targetLink: string;
  startTime: string;
  endTime?: string;
  error?: { code: number; message: string };
}

/** What GKE answers. */
export type GkeAnswer = { status: 200; body: object } | { status: number; message: string; rpc: string };

const base = 'https://container.googleapis.com/v1';

/** Clusters and operations as GKE has them, and how they change; behind a server and behind a fake of the port. */
export class GkeClusters {
  readonly clusters = new Map<string, MadeCluster>();
  readonly operations: MadeOperation[] = [];
  /** An operation is over when it is looked at for the next time after so many looks; Infinity: never. */
  looks = 0;
  /** How the operations that begin from now on end; undefined: well. */
  failure: { code: number; message: string } | undefined;
  /** What a cluster becomes whose creation ends well. */
  madeStatus = 'RUNNING';
  isCancellable = true;
  /** Bodies of the creations that were asked for. */
  readonly bodies: unknown[] = [];
  readonly #now: () => number;
  readonly #left = new Map<string, number>();
  readonly #targets = new Map<string, string>();
  readonly #failures = new Map<string, { code: number; message: string }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Names of the operations that were started, by kind. */
  started(type: string): string[] {
    return this.operations.filter(({ operationType }) => operationType === type).map(({ name }) => name);
  }

  create(location: string, body: { name: string; resourceLabels?: Record<string, string> }): GkeAnswer {
    this.bodies.push(body);
    const name = `${location}/clusters/${body.name}`;
    if (this.clusters.has(name)) return refused(409, 'ALREADY_EXISTS', `Already exists: ${name}.`);
    const { resourceLabels = {} } = body;
    this.clusters.set(name, { name, status: 'PROVISIONING', selfLink: `${base}/${name}`, resourceLabels });
    return { status: 200, body: this.#begin('CREATE_CLUSTER', name) };
  }

  remove(name: string): GkeAnswer {
    const cluster = this.clusters.get(name);
    if (cluster === undefined) return refused(404, 'NOT_FOUND', `Not found: ${name}.`);
    const running = this.#runningOn(name);
    if (running !== undefined) {
      const message = `Cluster is running incompatible operation ${running.name}.`;
      return refused(400, 'FAILED_PRECONDITION', message);
    }
    cluster.status = 'STOPPING';
    return { status: 200, body: this.#begin('DELETE_CLUSTER', name) };
  }

  /** A look at a cluster is one at the operation on it, too. */
  read(name: string): GkeAnswer {
    const running = this.#runningOn(name);
    if (running !== undefined) this.#look(running);
    const cluster = this.clusters.get(name);
    return cluster ? { status: 200, body: cluster } : refused(404, 'NOT_FOUND', `Not found: ${name}.`);
  }

  readOperation(name: string): GkeAnswer {
    const operation = this.operations.find(found => found.name === name.split('/').at(-1));
    if (operation === undefined) return refused(404, 'NOT_FOUND', `Not found: ${name}.`);
    this.#look(operation);
    return { status: 200, body: operation };
  }

  list(): GkeAnswer {
    return { status: 200, body: this.operations.length === 0 ? {} : { operations: this.operations } };
  }

  cancel(name: string): GkeAnswer {
    const operation = this.operations.find(found => found.name === name.split('/').at(-1));
    if (operation === undefined) return refused(404, 'NOT_FOUND', `Not found: ${name}.`);
    if (!this.isCancellable) return refused(400, 'FAILED_PRECONDITION', 'The operation cannot be cancelled.');
    operation.status = 'ABORTING';
    this.#left.set(operation.name, 1);
    this.#failures.set(operation.name, { code: 1, message: 'Operation was aborted.' });
    return { status: 200, body: {} };
  }

  /** Ends an operation now. */
  end(name: string): void {
    const operation = this.operations.find(found => found.name === name);
    if (operation === undefined || operation.status === 'DONE') return;
    const target = this.#targets.get(name) ?? '';
    const failure = this.#failures.get(name);
    operation.status = 'DONE';
    operation.endTime = new Date(this.#now()).toISOString();
    if (failure !== undefined) operation.error = failure;
    const cluster = this.clusters.get(target);
    if (cluster === undefined) return;
    if (operation.operationType === 'DELETE_CLUSTER' && failure === undefined) this.clusters.delete(target);
    else cluster.status = failure === undefined ? this.madeStatus : 'ERROR';
  }

  #runningOn(cluster: string): MadeOperation | undefined {
    return this.operations.find(
      ({ status, targetLink }) =>
        status !== 'DONE' && targetLink.endsWith(`/clusters/${cluster.split('/').at(-1)}`),
    );
  }

  #look({ name }: MadeOperation): void {
    const left = this.#left.get(name) ?? 0;
    this.#left.set(name, left - 1);
    if (left <= 0) this.end(name);
  }

  #begin(operationType: string, target: string): MadeOperation {
    const name = `operation-${this.operations.length + 1}`;
    const location = target.split('/').slice(2, 4).join('/');
    const operation: MadeOperation = {
      name,
      operationType,
      status: 'RUNNING',
      selfLink: `${base}/projects/123/${location}/operations/${name}`,
      // GKE tells the project by its number here.
      targetLink: `${base}/${target.replace(/^projects\/[^/]+/, 'projects/123')}`,
      startTime: new Date(this.#now()).toISOString(),
    };
    this.operations.push(operation);
    this.#left.set(name, this.looks);
    this.#targets.set(name, target);
    if (this.failure !== undefined) this.#failures.set(name, this.failure);
    return operation;
  }
}

function refused(status: number, rpc: string, message: string): GkeAnswer {
  return { status, rpc, message };
}
