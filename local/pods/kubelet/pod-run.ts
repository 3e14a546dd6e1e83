import path from 'node:path';
import { errorMessage, isAbort } from '../../../shared/errors.ts';
import type { ContainerEnd } from '../../../shared/kubernetes/pod.ts';
import { type Container, type EmulatedPod, type FullPodStatus, isSidecar } from '../pod.ts';
import { ContainerRun } from './container-run.ts';
import type { Node } from './node.ts';
import { type PodFacts, podStatus, scheduledStatus } from './pod-status.ts';
import { endSidecars } from './sidecars.ts';
import { prepareVolume, type ReadyVolume, VolumeProblem } from './volumes.ts';
import { wholeSecond } from './whole-second.ts';

/** What the life of a Pod needs from outside. */
export interface PodRunOptions {
  node: Node;
  /** The Pod's own folder. */
  folder: string;
  /** The Pod as it is stored; undefined once it is deleted. */
  read: () => EmulatedPod | undefined;
  /** Stores a new status, and with the first one the node. */
  publish: (status: FullPodStatus) => void;
}

/** Why a Pod is ended from outside. */
export interface EndReason {
  reason?: string;
  message?: string;
}

/** A missing volume is looked for again after this long, and at once when a Secret or ConfigMap changes. */
const volumeRetryMs = 10_000;
/** As a kubelet, no container gets less than this to end. */
const shortestGraceMs = 1_000;

/** The life of one Pod on the node, from being scheduled to its terminal phase. */
export class PodRun {
  readonly #options: PodRunOptions;
  readonly #pod: EmulatedPod;
  readonly #ending = new AbortController();
  readonly #init: ContainerRun[];
  readonly #main: ContainerRun[];
  readonly #done: Promise<void>;
  #volumes = new Map<string, ReadyVolume>();
  #facts: Omit<PodFacts, 'containers'>;
  #sidecarsEnd: Promise<void> | undefined;
  #endReason: EndReason = {};

  /** Begins the Pod's life at once. */
  constructor(pod: EmulatedPod, options: PodRunOptions) {
    this.#pod = pod;
    this.#options = options;
    const { spec } = pod;
    const waiting = spec.initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    this.#init = spec.initContainers.map(container => this.#runOf(container, 'initContainers', waiting));
    this.#main = spec.containers.map(container => this.#runOf(container, 'containers', waiting));
    this.#facts = {
      startTime: wholeSecond(options.node.clock.now()),
      isSandboxReady: false,
      isInitialized: spec.initContainers.length === 0,
    };
    this.#done = this.#live();
  }

  /** Resolves when everything has stopped and the terminal phase is published. Never rejects. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** A container by name; undefined when the Pod has none of this name. */
  container(name: string): ContainerRun | undefined {
    return [...this.#init, ...this.#main].find(run => run.container.name === name);
  }

  /** Ends the Pod: main containers first, then the sidecars, within `graceSeconds`. A shorter second call wins. */
  end(graceSeconds: number, why: EndReason = {}): void {
    const graceMs = Math.max(shortestGraceMs, graceSeconds * 1_000);
    if (!this.#ending.signal.aborted) {
      this.#endReason = why;
      this.#ending.abort();
      for (const run of this.#plainRuns()) void run.terminate(graceMs);
      void this.#endSidecars(graceMs);
      return;
    }
    void this.#after(graceMs, this.#done, () => this.kill());
  }

  /** Ends everything at once. */
  kill(): void {
    this.#ending.abort();
    for (const run of [...this.#init, ...this.#main]) run.kill();
  }

  async #live(): Promise<void> {
    const { node, publish } = this.#options;
    const { activeDeadlineSeconds, terminationGracePeriodSeconds } = this.#pod.spec;
    const { namespace, name } = this.#pod.metadata;
    const message = `Successfully assigned ${namespace}/${name} to ${node.name}`;
    node.events.record(this.#pod, { type: 'Normal', reason: 'Scheduled', message });
    publish(scheduledStatus(this.#pod.spec, this.#facts.startTime));
    this.#publish();
    const over = Promise.withResolvers<void>();
    if (activeDeadlineSeconds !== undefined) {
      void this.#after(activeDeadlineSeconds * 1_000, over.promise, () =>
        this.end(terminationGracePeriodSeconds, {
          reason: 'DeadlineExceeded',
          message: 'Pod was active on the node longer than the specified deadline',
        }),
      );
    }
    await this.#prepareVolumes();
    if (await this.#initialize()) {
      await Promise.all(this.#main.map(run => run.run(end => this.#restarts(end))));
    }
    over.resolve();
    await this.#endSidecars(terminationGracePeriodSeconds * 1_000);
    this.#facts = { ...this.#facts, end: this.#endReason };
    this.#publish();
  }

  async #prepareVolumes(): Promise<void> {
    const { node, folder, read } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const volumes = new Map<string, ReadyVolume>();
        const pod = read() ?? this.#pod;
        for (const volume of this.#pod.spec.volumes) {
          const own = path.join(folder, 'volumes', volume.name);
          volumes.set(volume.name, await prepareVolume(pod, volume, own, node.sources, node.size));
        }
        this.#volumes = volumes;
        this.#facts = { ...this.#facts, isSandboxReady: true };
        return;
      } catch (error) {
        const message = error instanceof VolumeProblem ? error.message : errorMessage(error);
        node.events.record(this.#pod, { type: 'Warning', reason: 'FailedMount', message });
        await node.sources.changed({ within: volumeRetryMs, clock: node.clock, signal });
      }
    }
  }

  /** Runs the init containers in their order, each sidecar only until it has started; false when the Pod has failed. */
  async #initialize(): Promise<boolean> {
    for (const run of this.#init) {
      if (this.#ending.signal.aborted) return false;
      if (isSidecar(run.container)) {
        void run.run(() => true);
        await run.started;
        continue;
      }
      const end = await run.run(last => last.exitCode !== 0 && this.#pod.spec.restartPolicy !== 'Never');
      if (end?.exitCode !== 0) return false;
    }
    if (this.#ending.signal.aborted) return false;
    this.#facts = { ...this.#facts, isInitialized: true };
    if (this.#init.length > 0) this.#publish();
    return true;
  }

  #restarts(end: ContainerEnd): boolean {
    const { restartPolicy } = this.#pod.spec;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && end.exitCode !== 0);
  }

  #endSidecars(graceMs: number): Promise<void> {
    const sidecars = this.#init.filter(run => isSidecar(run.container));
    const mains = Promise.all(this.#plainRuns().map(run => run.ended)).then(() => undefined);
    this.#sidecarsEnd ??= endSidecars(sidecars, mains, graceMs, this.#options.node.clock);
    return this.#sidecarsEnd;
  }

  #plainRuns(): ContainerRun[] {
    return [...this.#init.filter(run => !isSidecar(run.container)), ...this.#main];
  }

  #runOf(container: Container, list: 'initContainers' | 'containers', waiting: string): ContainerRun {
    const { node, folder, read } = this.#options;
    const context = {
      node,
      pod: () => read() ?? this.#pod,
      volumes: () => this.#volumes,
      changed: () => this.#publish(),
      folder: path.join(folder, 'containers', container.name),
      fieldPath: `spec.${list}{${container.name}}`,
    };
    return new ContainerRun(container, context, waiting);
  }

  #publish(): void {
    const { node, read, publish } = this.#options;
    const containers = new Map(
      [...this.#init, ...this.#main].map(run => [run.container.name, run.facts] as const),
    );
    const previous = read()?.status.conditions ?? [];
    const now = wholeSecond(node.clock.now());
    publish(podStatus(this.#pod.spec, { ...this.#facts, containers }, previous, now));
  }

  /** Does something after a time, unless the promise is done by then. */
  async #after(ms: number, unless: Promise<unknown>, action: () => void): Promise<void> {
    const done = new AbortController();
    void unless.then(() => done.abort());
    try {
      await this.#options.node.clock.sleep(ms, done.signal);
      action();
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
}
