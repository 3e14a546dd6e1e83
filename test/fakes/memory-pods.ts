import { randomUUID } from 'node:crypto';
import type { Pod, PodManifest } from '../../shared/kubernetes/pod.ts';
import type { CreateResult, PodHeardOf, Pods } from '../../shared/ports/pods.ts';
import { abortedError } from '../../shared/time.ts';
import { type Fault, watched } from './faults.ts';

/** The part of Pods that launching uses, in memory; a test ends and removes Pods by hand. */
export class MemoryPods implements Pick<Pods, 'create' | 'read' | 'remove' | 'heardOf'> {
  readonly #pods = new Map<string, Pod>();
  /** Every Pod that was ever created, in order, as it was posted. */
  readonly created: PodManifest[] = [];
  /** What the events tell, by `<namespace>/<name>`; Pods leave nothing here by themselves. */
  readonly heard = new Map<string, PodHeardOf>();
  /** What the API server answers instead of creating. */
  refusal: Extract<CreateResult, { kind: 'refused' }> | undefined;
  /** Calls are named `<method> <namespace>/<name>`. May be changed between calls. */
  fault: Fault | undefined;

  async create(namespace: string, manifest: PodManifest, signal: AbortSignal): Promise<CreateResult> {
    const { name } = manifest.metadata;
    return this.#call(`create ${namespace}/${name}`, signal, () => {
      if (this.refusal !== undefined) return this.refusal;
      if (this.#pods.has(`${namespace}/${name}`)) return { kind: 'exists' };
      const pod = this.put(namespace, manifest);
      this.created.push(manifest);
      return { kind: 'created', pod };
    });
  }

  async read(namespace: string, name: string, signal: AbortSignal): Promise<Pod | undefined> {
    return this.#call(`read ${namespace}/${name}`, signal, () => this.#pods.get(`${namespace}/${name}`));
  }

  async heardOf(namespace: string, name: string, signal: AbortSignal): Promise<PodHeardOf | undefined> {
    return this.#call(`heardOf ${namespace}/${name}`, signal, () => this.heard.get(`${namespace}/${name}`));
  }

  async remove(
    namespace: string,
    name: string,
    { uid, signal }: { uid: string; signal: AbortSignal },
  ): Promise<'deleted' | 'absent'> {
    return this.#call(`remove ${namespace}/${name}`, signal, () => {
      if (this.#pods.get(`${namespace}/${name}`)?.metadata.uid !== uid) return 'absent';
      this.#pods.delete(`${namespace}/${name}`);
      return 'deleted';
    });
  }

  /** Puts a Pod there, as somebody else would. */
  put(namespace: string, { metadata, spec }: Pick<PodManifest, 'metadata' | 'spec'>): Pod {
    const pod: Pod = {
      metadata: {
        ...metadata,
        namespace,
        uid: randomUUID(),
        resourceVersion: String(this.created.length + 1),
        creationTimestamp: '2026-11-23T10:00:00Z',
      },
      spec,
      status: { phase: 'Pending' },
    };
    this.#pods.set(`${namespace}/${metadata.name}`, pod);
    return pod;
  }

  /** Takes all Pods away, as the end of a run does. */
  clear(): void {
    this.#pods.clear();
  }

  async #call<T>(call: string, signal: AbortSignal, operation: () => T): Promise<T> {
    if (signal.aborted) throw abortedError(signal);
    return watched(this.fault, call, operation);
  }
}
