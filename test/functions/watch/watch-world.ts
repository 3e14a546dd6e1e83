import { createHash } from 'node:crypto';
import type { FunctionDeps, WatchDeps, WatchSettings } from '../../../functions/watch/deps.ts';
import { TurnsHere } from '../../../functions/watch/turns-here.ts';
import { type AttemptRecord, attemptOf } from '../../../shared/attempt-record.ts';
import type { Claim } from '../../../shared/claim.ts';
import type { ContainerStatus, Pod } from '../../../shared/kubernetes/pod.ts';
import { attemptObjects, openMarker } from '../../../shared/object-names.ts';
import { xcomContainer } from '../../../shared/pod-words.ts';
import type { Severity, WorkRecord } from '../../../shared/work-log.ts';
import { expectDocumented } from '../../fakes/documented-records.ts';
import { makePod, makeRecord, running, scheduled, terminated } from '../../fakes/make-pod.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryOperations } from '../../fakes/memory-operations.ts';
import { MemoryPublisher } from '../../fakes/memory-publisher.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { ScriptedCluster } from '../../fakes/scripted-cluster.ts';
import { witness } from '../../secrets/witness.ts';

/** The life of a Pod. */
export interface PodLife {
  exitCode?: number;
  /** Lines of its log, one a second. */
  lines?: string[];
  /** Content of return.json; undefined: none. */
  xcom?: string;
}

const never = new AbortController().signal;

/** Everything that watching touches, in memory, and what launch would have done before. */
export class WatchWorld {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore({ now: () => this.clock.now() });
  readonly cluster = new ScriptedCluster(this.clock);
  readonly operations = new MemoryOperations(() => this.clock.now());
  readonly publisher = new MemoryPublisher();
  readonly records: ({ severity: Severity; message: string } & WorkRecord)[] = [];
  #ids = 0;

  /** What a process is given: each call is another process. */
  deps(changes: Partial<WatchSettings> = {}): WatchDeps {
    return {
      store: this.store,
      pods: this.cluster,
      publisher: this.publisher,
      clock: this.clock,
      random: () => 0.5,
      newId: () => `turn-${++this.#ids}`,
      turnsHere: new TurnsHere(),
      log: (severity, message, record) => {
        expectDocumented(severity, message, record);
        witness('the log of watch', JSON.stringify([message, record]));
        this.records.push({ ...record, severity, message });
      },
      settings: {
        bucket: 'b',
        tasksTopic: 'projects/p/topics/tasks',
        watchTopic: 'projects/p/topics/watch',
        eventsTopic: 'projects/p/topics/events',
        cluster: 'kubeconfig',
        namespaces: ['tasks'],
        shards: 1,
        turnSeconds: 480,
        xcomMaxBytes: 1_000_000,
        ignoredContainers: ['istio-proxy'],
        ...changes,
      },
    };
  }

  /** What the function is given: this cluster is `kubeconfig`. */
  functionDeps(others: Record<string, ScriptedCluster> = {}): FunctionDeps {
    const { pods, settings, ...deps } = this.deps();
    const clusters = new Map([['kubeconfig', pods], ...Object.entries(others)]);
    const podsOf = async (cluster: string) => {
      const found = clusters.get(cluster);
      if (found === undefined) throw new Error(`${cluster} was not to be connected to`);
      return found;
    };
    return {
      ...deps,
      podsOf,
      operations: this.operations,
      settings: { ...settings, clusters: [...clusters.keys()] },
    };
  }

  /** What launch writes before it posts: marker, then claim. */
  async claim(record: AttemptRecord, name = `t1-${record.run_id}`, cluster = 'kubeconfig'): Promise<void> {
    const options = { signal: never };
    const attempt = attemptOf(record);
    const claim: Claim = {
      version: 1,
      message_id: 'm0',
      claimed_at: record.queued_at,
      record,
      pod: { cluster, namespace: 'tasks', name },
      task: { task_id: record.task_id, image: 'busybox' },
    };
    await this.store.create(openMarker(record.scope, attempt), '{"message_id":"m0"}', options);
    await this.store.create(attemptObjects(attempt).launch, `${JSON.stringify(claim)}\n`, options);
  }

  /** Claims an attempt and posts its Pod; the Pod's uid is the run_id. */
  async launch(changes: Partial<AttemptRecord> = {}): Promise<{ record: AttemptRecord; pod: Pod }> {
    const record = makeRecord({ run_id: 'r1', ...changes });
    await this.claim(record);
    const pod = makePod({ phase: 'Pending' }, { record, uid: record.run_id });
    this.cluster.put(pod);
    return { record, pod };
  }

  /** Lets a posted Pod live its life: it starts after 1 s, and its phase is the last one 3 s after its main container's end. */
  async play({ metadata, spec }: Pod, { exitCode = 0, lines = [], xcom }: PodLife = {}): Promise<void> {
    const { name } = metadata;
    const hasSidecar = (spec.initContainers ?? []).length > 0;
    const status = (phase: string, main: ContainerStatus, sidecar: ContainerStatus): void =>
      this.cluster.setStatus(name, {
        phase,
        conditions: [scheduled],
        containerStatuses: [main],
        ...(hasSidecar ? { initContainerStatuses: [sidecar] } : {}),
      });
    await this.clock.sleep(1_000, never);
    status('Running', running(), running(xcomContainer));
    for (const line of lines) {
      this.cluster.log(name).write(line);
      await this.clock.sleep(1_000, never);
    }
    this.cluster.log(name).end();
    if (hasSidecar) for (const line of frameLines(xcom)) this.cluster.log(name, xcomContainer).write(line);
    this.cluster.log(name, xcomContainer).end();
    status('Running', terminated(exitCode), running(xcomContainer));
    await this.clock.sleep(3_000, never);
    const ended = terminated(0, { name: xcomContainer, message: frameLines(xcom).join('\n') });
    status(exitCode === 0 ? 'Succeeded' : 'Failed', terminated(exitCode), ended);
  }

  /** A document of an attempt; undefined when there is none. */
  json(name: string): unknown {
    const text = this.store.text(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Names of the objects of an attempt, without their folder. */
  objectsOf(record: AttemptRecord): string[] {
    const { launch } = attemptObjects(attemptOf(record));
    const prefix = launch.slice(0, -'launch.json'.length);
    const own = this.store.names().filter(name => name.startsWith(prefix));
    return own.map(name => name.slice(prefix.length));
  }

  /** Run and state of every event published, in order. */
  events(): string[] {
    return this.publisher.published
      .filter(({ topic }) => topic.endsWith('/events'))
      .map(({ attributes }) => `${attributes?.run_id} ${attributes?.state}`);
  }

  /** The names of all markers. */
  markers(): string[] {
    return this.store.names().filter(name => name.startsWith('open/'));
  }
}

/** What the XCom sidecar prints of a file. */
export function frameLines(content: string | undefined): string[] {
  if (content === undefined) return ['XCOM1 NONE'];
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const data = bytes.toString('base64').match(/.{1,8000}/g) ?? [];
  return [`XCOM1 BEGIN ${bytes.length} ${sha256}`, ...data, `XCOM1 END ${sha256}`];
}
