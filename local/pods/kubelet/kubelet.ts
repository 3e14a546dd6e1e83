import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ResourceStore } from '../api/resource-store.ts';
import type { EmulatedPod, FullPodStatus } from '../pod.ts';
import type { ContainerRun } from './container-run.ts';
import type { Node } from './node.ts';
import { PodRun } from './pod-run.ts';
import { removeFolder } from './remove-folder.ts';

/** Runs the Pods of the store on this machine. */
export class Kubelet {
  readonly #node: Node;
  readonly #pods: ResourceStore<EmulatedPod>;
  readonly #folder: string;
  readonly #runs = new Map<string, PodRun>();
  #isClosed = false;

  /** `folder` exists and is the kubelet's own. */
  constructor(node: Node, pods: ResourceStore<EmulatedPod>, folder: string) {
    this.#node = node;
    this.#pods = pods;
    this.#folder = folder;
  }

  /** Takes a Pod that has just been stored, and runs it. */
  async add(pod: EmulatedPod): Promise<void> {
    const { uid } = pod.metadata;
    const folder = this.#folderOf(uid);
    await mkdir(folder, { recursive: true });
    const read = (): EmulatedPod | undefined => this.#read(pod);
    const publish = (status: FullPodStatus): void => {
      if (read() === undefined) return;
      this.#pods.change(pod.metadata.namespace, pod.metadata.name, current => ({
        ...current,
        spec: { ...current.spec, nodeName: this.#node.name },
        status,
      }));
    };
    if (this.#isClosed || read() === undefined) return;
    this.#runs.set(uid, new PodRun(pod, { node: this.#node, folder, read, publish }));
  }

  /** Ends a Pod that is being deleted; resolves when everything of it has stopped. */
  async end(pod: EmulatedPod, graceSeconds: number): Promise<void> {
    const run = this.#runs.get(pod.metadata.uid);
    run?.end(graceSeconds);
    await run?.done;
  }

  /** Drops what is kept of a Pod that is no longer stored: its logs, volumes and scratch folders. */
  async forget(pod: EmulatedPod): Promise<void> {
    const { uid } = pod.metadata;
    await this.#runs.get(uid)?.done;
    this.#runs.delete(uid);
    await removeFolder(this.#folderOf(uid));
  }

  /** A container of a Pod; undefined when the Pod is not on the node or has none of this name. */
  container(pod: EmulatedPod, name: string): ContainerRun | undefined {
    return this.#runs.get(pod.metadata.uid)?.container(name);
  }

  /** Kills everything; resolves when all processes have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const runs = [...this.#runs.values()];
    for (const run of runs) run.kill();
    await Promise.all(runs.map(run => run.done));
  }

  #folderOf(uid: string): string {
    return path.join(this.#folder, uid);
  }

  #read(pod: EmulatedPod): EmulatedPod | undefined {
    const current = this.#pods.find(pod.metadata.namespace, pod.metadata.name);
    return current?.metadata.uid === pod.metadata.uid ? current : undefined;
  }
}
