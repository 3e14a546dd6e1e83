import { TaskpodError } from '../../shared/errors.ts';
import type { Pod, PodStatus } from '../../shared/kubernetes/pod.ts';
import type { PodEvent } from '../../shared/kubernetes/pod-event.ts';
import { containerStatus, hasLog } from '../../shared/pod-progress.ts';
import type { CreateResult, LogRequest, PodChange, Pods } from '../../shared/ports/pods.ts';
import { abortedError, type Clock, isoTime } from '../../shared/time.ts';
import { type Fault, watched } from './faults.ts';
import { ScriptedLogs } from './scripted-logs.ts';

/** How open watches are ended from the server's side. */
export type WatchEnd = 'clean' | 'cut' | 'expired';

/**
 * The Pods of a cluster in memory, for those who watch them: a test puts Pods there, changes and drops them, and writes
 * their logs; lists, watches and streams tell of it.
 */
export class ScriptedCluster implements Pods {
  /** Every call, as `<method> <namespace>[/<name>[/<container>]]`. */
  readonly calls: string[] = [];
  /** May be changed between calls. */
  fault: Fault | undefined;
  /** How long a removed Pod has to end, and then is still there until it is dropped; undefined: it is gone at once. */
  graceSeconds: number | undefined;
  /** What is told of each Pod, by its uid. */
  readonly events = new Map<string, PodEvent[]>();
  readonly #clock: Clock;
  readonly #pods = new Map<string, Pod>();
  readonly #logs = new Map<string, ScriptedLogs>();
  /** `before`: what the change replaced; a watch is told DELETED of what its selector does not match any more. */
  readonly #history: (Exclude<PodChange, { type: 'BOOKMARK' }> & { before?: Pod | undefined })[] = [];
  #version = 0;
  #oldest = 0;
  #watchEnd: WatchEnd = 'clean';
  #watchers = new Set<(ended: boolean) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts a Pod there, or a new version of it. */
  put(pod: Pod): void {
    const key = keyOf(pod);
    this.#change(this.#pods.has(key) ? 'MODIFIED' : 'ADDED', pod, stored => this.#pods.set(key, stored));
  }

  /** Gives a Pod a new status, if it is still there. */
  setStatus(name: string, status: PodStatus, namespace = 'tasks'): void {
    const pod = this.#pods.get(`${namespace}/${name}`);
    if (pod) this.put({ ...pod, status });
  }

  /** Takes a Pod away as somebody else's deletion does. */
  drop(name: string, namespace = 'tasks'): void {
    const pod = this.#pods.get(`${namespace}/${name}`);
    if (!pod) return;
    const deletionTimestamp = pod.metadata.deletionTimestamp ?? isoTime(this.#clock.now());
    const deleted = { ...pod, metadata: { ...pod.metadata, deletionTimestamp } };
    this.#change('DELETED', deleted, () => this.#pods.delete(keyOf(pod)));
  }

  /** Begins a deletion, as the API server does while a node has still to confirm it; begun again, it changes nothing. */
  terminate(name: string, graceSeconds: number, namespace = 'tasks'): void {
    const pod = this.#pods.get(`${namespace}/${name}`);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
    const deletionTimestamp = isoTime(this.#clock.now() + graceSeconds * 1_000);
    this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp } });
  }

  /** Takes a Pod away without a word to any watch. */
  dropSilently(name: string, namespace = 'tasks'): void {
    this.#pods.delete(`${namespace}/${name}`);
  }

  /** Names of the Pods that are there, in the order of their coming. */
  names(): string[] {
    return [...this.#pods.values()].map(({ metadata }) => metadata.name);
  }

  /** The log of a container. */
  log(name: string, container = 'base', namespace = 'tasks'): ScriptedLogs {
    const key = `${namespace}/${name}/${container}`;
    const logs = this.#logs.get(key) ?? new ScriptedLogs(this.#clock);
    this.#logs.set(key, logs);
    return logs;
  }

  /** Ends all open watches; after `expired`, older resourceVersions are refused. */
  endWatches(how: WatchEnd): void {
    this.#watchEnd = how;
    if (how === 'expired') this.#oldest = this.#version;
    for (const tell of [...this.#watchers]) tell(true);
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watchers.size;
  }

  async create(): Promise<CreateResult> {
    throw new Error('watching creates no Pods');
  }

  async read(namespace: string, name: string, signal: AbortSignal): Promise<Pod | undefined> {
    return this.#call(`read ${namespace}/${name}`, signal, () => this.#pods.get(`${namespace}/${name}`));
  }

  async readWhole(namespace: string, name: string, signal: AbortSignal): Promise<unknown> {
    return this.#call(`readWhole ${namespace}/${name}`, signal, () => this.#pods.get(`${namespace}/${name}`));
  }

  async listEvents(namespace: string, uid: string, signal: AbortSignal): Promise<PodEvent[]> {
    return this.#call(`listEvents ${namespace}/${uid}`, signal, () => this.events.get(uid) ?? []);
  }

  async heardOf(): Promise<undefined> {
    throw new Error('watching asks no events by the name of a Pod');
  }

  async list(
    namespace: string,
    labelSelector: string,
    signal: AbortSignal,
  ): Promise<{ pods: Pod[]; resourceVersion: string }> {
    return this.#call(`list ${namespace}`, signal, () => ({
      pods: [...this.#pods.values()].filter(pod => isMeant(pod, namespace, labelSelector)),
      resourceVersion: String(this.#version),
    }));
  }

  async *watch(
    namespace: string,
    labelSelector: string,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<PodChange> {
    await this.#call(`watch ${namespace} ${resourceVersion}`, signal, () => undefined);
    let at = Number(resourceVersion);
    if (at < this.#oldest) throw expired();
    for (;;) {
      // Each version has its place in the history.
      const fresh = this.#history.slice(at);
      at += fresh.length;
      for (const change of fresh) {
        if (isMeant(change.pod, namespace, labelSelector)) yield change;
        else if (change.before && isMeant(change.before, namespace, labelSelector)) {
          yield { type: 'DELETED', pod: change.pod };
        }
      }
      if (fresh.length > 0) continue;
      if (!(await this.#more(signal))) continue;
      if (this.#watchEnd === 'clean') return;
      if (this.#watchEnd === 'expired') throw expired();
      throw new TaskpodError('kubernetes_unavailable', 'the watch was cut', { retryable: true });
    }
  }

  async remove(
    namespace: string,
    name: string,
    { uid, signal }: { uid: string; signal: AbortSignal },
  ): Promise<'deleted' | 'absent'> {
    return this.#call(`remove ${namespace}/${name}`, signal, () => {
      if (this.#pods.get(`${namespace}/${name}`)?.metadata.uid !== uid) return 'absent';
      if (this.graceSeconds === undefined) this.drop(name, namespace);
      else this.terminate(name, this.graceSeconds, namespace);
      return 'deleted';
    });
  }

  async openLog(request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { namespace, pod: name, container } = request;
    return this.#call(`openLog ${namespace}/${name}/${container}`, signal, () => {
      const pod = this.#pods.get(`${namespace}/${name}`);
      if (!pod) throw new TaskpodError('not_found', `Pod ${name} is gone`, { status: 404 });
      if (!containerStatus(pod, container) || !hasLog(pod, container)) {
        throw new TaskpodError('log_not_ready', 'waiting to start', { status: 400, retryable: true });
      }
      return this.log(name, container, namespace).openLog(request, signal);
    });
  }

  #change(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod, store: (pod: Pod) => void): void {
    this.#version++;
    const stored = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#version) } };
    const before = this.#pods.get(keyOf(pod));
    store(stored);
    this.#history.push({ type, pod: stored, before });
    for (const tell of [...this.#watchers]) tell(false);
  }

  /** Waits for a change; true when the watch is to end. */
  #more(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#watchers.delete(tell);
        signal.removeEventListener('abort', onAbort);
      };
      const tell = (ended: boolean): void => {
        leave();
        resolve(ended);
      };
      const onAbort = (): void => {
        leave();
        reject(abortedError(signal));
      };
      this.#watchers.add(tell);
      signal.addEventListener('abort', onAbort);
    });
  }

  async #call<T>(call: string, signal: AbortSignal, operation: () => T): Promise<T> {
    if (signal.aborted) throw abortedError(signal);
    this.calls.push(call);
    return watched(this.fault, call, operation);
  }
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function isMeant(pod: Pod, namespace: string, labelSelector: string): boolean {
  const [label = '', value] = labelSelector.split('=');
  return pod.metadata.namespace === namespace && pod.metadata.labels?.[label] === value;
}

function expired(): TaskpodError {
  return new TaskpodError('watch_expired', 'too old resource version', { status: 410 });
}
