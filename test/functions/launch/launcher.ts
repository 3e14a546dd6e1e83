import type { LaunchDeps } from '../../../functions/launch/deps.ts';
import { handleLaunch, type LaunchAnswer } from '../../../functions/launch/handler.ts';
import { ObjectSources } from '../../../functions/launch/sources/object-sources.ts';
import { makeClusters } from '../../../shared/adapters/clusters.ts';
import type { ClusterAccess } from '../../../shared/cluster-access.ts';
import { type Problem, TaskpodError } from '../../../shared/errors.ts';
import { attemptObjects } from '../../../shared/object-names.ts';
import { type Outcome, parseOutcome } from '../../../shared/outcome.ts';
import { openPolicy } from '../../../shared/policy.ts';
import type { PushedMessage } from '../../../shared/push.ts';
import type { Attempt } from '../../../shared/run.ts';
import type { WorkRecord } from '../../../shared/work-log.ts';
import { expectDocumented } from '../../fakes/documented-records.ts';
import type { Fault } from '../../fakes/faults.ts';
import { MemoryOperations } from '../../fakes/memory-operations.ts';
import { MemoryPods } from '../../fakes/memory-pods.ts';
import { MemoryPublisher } from '../../fakes/memory-publisher.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { planted } from '../../secrets/planted.ts';
import { witness } from '../../secrets/witness.ts';

export const watchTopic = 'projects/p/topics/watch';
export const eventsTopic = 'projects/p/topics/events';

/** The attempt of {@link helloTask}. */
export const helloAttempt: Attempt = { dagId: 'd', runId: 'r', taskId: 'hello', tryNumber: 1 };
export const helloObjects = attemptObjects(helloAttempt);

/** A task with a full run key, so that any message may carry it. */
export const helloTask = {
  dag_id: 'd',
  run_id: 'r',
  task_id: 'hello',
  image: 'busybox',
  env_vars: { TOKEN: planted.envValue },
};

export const outage = new TaskpodError('kubernetes_unavailable', 'no answer', { retryable: true });

/** The launch function on fakes, with a clock that moves only when a test moves it. */
export class Launcher {
  nowMs = Date.parse('2026-11-23T10:00:00Z');
  monotonicMs = 5_000;
  readonly store = new MemoryStore({ now: () => this.nowMs });
  readonly #sources = new ObjectSources({
    store: this.store,
    clock: { monotonicMs: () => this.monotonicMs },
  });
  /** Of every cluster that is not in `otherPods`. */
  readonly pods = new MemoryPods();
  readonly otherPods = new Map<string, MemoryPods>();
  readonly operations = new MemoryOperations(() => this.nowMs);
  readonly publisher = new MemoryPublisher();
  readonly logs: { severity: string; message: string; record: WorkRecord | undefined }[] = [];
  namespaces = ['tasks', 'other'];
  /** Of the messages that are delivered. */
  attributes: Record<string, string> = {};
  publishTime: string | undefined;
  cluster = 'kubeconfig';
  otherClusters: string[] = [];
  clusterOperations: string[] = [];
  defaultNamespace = 'tasks';
  access: ClusterAccess = { endpoint: 'auto', impersonationChain: [] };

  /** Real clusters instead of `pods` and `otherPods`. */
  podsOf: LaunchDeps['podsOf'] | undefined;

  /** One fault for all fakes. */
  setFault(fault: Fault | undefined): void {
    for (const fake of [this.store, this.pods, this.operations, this.publisher]) fake.fault = fault;
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.nowMs += ms;
    this.monotonicMs += ms;
  }

  /** Delivers a message; text stays as it is, anything else becomes JSON. */
  deliver(
    task: unknown = helloTask,
    messageId = 'm1',
    signal = new AbortController().signal,
  ): Promise<LaunchAnswer> {
    const data = Buffer.from(typeof task === 'string' ? task : JSON.stringify(task));
    const message = {
      messageId,
      data,
      attributes: this.attributes,
      publishTime: this.publishTime,
      deliveryAttempt: undefined,
      traceparent: undefined,
    };
    return this.handle(message, signal);
  }

  /** Handles a message as it was pushed. */
  handle(message: PushedMessage, signal = new AbortController().signal): Promise<LaunchAnswer> {
    const settings = {
      bucket: 'bucket',
      watchTopic,
      eventsTopic,
      cluster: this.cluster,
      clusters: [this.cluster, ...this.otherClusters],
      clusterOperations: this.clusterOperations,
      access: this.access,
      accessByCluster: new Map(),
      defaultNamespace: this.defaultNamespace,
      policy: { ...openPolicy, namespaces: this.namespaces },
      shards: 1,
      xcomSidecarImage: 'busybox:1',
      xcomMaxBytes: 1_000,
      activeDeadlineSeconds: 3_600,
      infrastructureRetries: 3,
    };
    const fakeClusters = makeClusters({
      allowed: settings.clusters,
      connect: async (cluster: string) => this.otherPods.get(cluster) ?? this.pods,
      timeoutMs: 1_000,
    });
    const deps = {
      store: this.store,
      podsOf: this.podsOf ?? fakeClusters.podsOf,
      operations: this.operations,
      sources: this.#sources,
      publisher: this.publisher,
      clock: {
        now: () => this.nowMs,
        monotonicMs: () => this.monotonicMs,
        sleep: async (ms: number) => this.advance(ms),
      },
      log: (severity: string, text: string, record?: WorkRecord) => {
        expectDocumented(severity, text, record);
        witness('the log of launch', JSON.stringify([text, record]));
        this.logs.push({ severity, message: text, record });
      },
      settings,
    };
    return handleLaunch(message, deps, signal);
  }

  /** Tickets, in order. */
  tickets(): unknown[] {
    return this.publisher.on(watchTopic);
  }

  /** States announced, in order, each with the run_id it is about. */
  states(): string[] {
    return this.publisher.published
      .filter(({ topic }) => topic === eventsTopic)
      .map(({ attributes }) => `${attributes?.run_id} ${attributes?.state} ${attributes?.reason}`.trim());
  }

  /** The markers that stand. */
  markers(): string[] {
    return this.store.names().filter(name => name.startsWith('open/'));
  }

  /** The outcome of {@link helloTask}; undefined when there is none. */
  outcome(attempt: Attempt = helloAttempt): Outcome | undefined {
    const text = this.store.text(attemptObjects(attempt).outcome);
    return text === undefined ? undefined : parseOutcome(text);
  }

  /** The problems in a rejected message's object. */
  rejectedMessage(messageId: string): Problem[] | undefined {
    const text = this.store.text(`rejected/${messageId}.json`);
    return text === undefined ? undefined : JSON.parse(text).problems;
  }
}

/** Collects the names of all calls, and lets them be. */
export function recorded(calls: string[]): Fault {
  return (call, moment) => {
    if (moment === 'before') calls.push(call);
  };
}

/** Lets the process die at a call, before or after it has happened: that one and all later ones fail. */
export function killedAt(index: number, moment: 'before' | 'after'): Fault {
  let count = -1;
  let isDead = false;
  return (_, at) => {
    if (at === 'before') count++;
    if (count >= index && at === moment) isDead = true;
    if (isDead) throw outage;
  };
}
