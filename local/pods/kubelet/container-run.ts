import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, isAbort } from '../../../shared/errors.ts';
import type { ContainerEnd } from '../../../shared/kubernetes/pod.ts';
import type { Container, EmulatedPod } from '../pod.ts';
import type { RunningProcess } from '../process/process.ts';
import { StartProblem } from '../process/process.ts';
import { RestartBackoff } from './backoff.ts';
import { MissingConfig } from './config-sources.ts';
import type { ContainerLog } from './container-log.ts';
import { MountProblem } from './mounts.ts';
import type { Node } from './node.ts';
import type { ContainerFacts, ContainerState } from './pod-status.ts';
import { startContainer } from './start-container.ts';
import type { ReadyVolume } from './volumes.ts';
import { wholeSecond } from './whole-second.ts';

/** What a container run needs of its Pod. */
export interface PodContext {
  node: Node;
  /** The Pod as it is now. */
  pod: () => EmulatedPod;
  volumes: () => ReadonlyMap<string, ReadyVolume>;
  /** Called after each change of {@link ContainerRun.facts}. */
  changed: () => void;
  /** The container's own folder. */
  folder: string;
  /** `spec.containers{NAME}` or `spec.initContainers{NAME}`. */
  fieldPath: string;
}

/** A missing source is looked for again after this long, and at once when a Secret or ConfigMap changes. */
const configRetryMs = 10_000;
/** How long output is waited for that a process which has left its group may still hold open. */
const outputGraceMs = 1_000;

/** One container of a Pod: its starts, restarts and end. */
export class ContainerRun {
  readonly container: Container;
  readonly #context: PodContext;
  readonly #stop = new AbortController();
  readonly #backoff = new RestartBackoff();
  #facts: ContainerFacts;
  #process: RunningProcess | undefined;
  #log: ContainerLog | undefined;
  #previousLog: ContainerLog | undefined;
  #running: Promise<ContainerEnd | undefined> | undefined;
  #isKilled = false;
  readonly #started = Promise.withResolvers<void>();

  constructor(container: Container, context: PodContext, waitingReason: string) {
    this.container = container;
    this.#context = context;
    this.#facts = { state: { waiting: { reason: waitingReason } }, lastState: {}, restartCount: 0 };
  }

  get facts(): ContainerFacts {
    return this.#facts;
  }

  /** The log of the newest start; undefined before the first. */
  get log(): ContainerLog | undefined {
    return this.#log;
  }

  /** The log of the start before the newest. */
  get previousLog(): ContainerLog | undefined {
    return this.#previousLog;
  }

  /** Resolves when the container runs for the first time, or will never run because it was stopped. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Resolves when a run that has begun is over, at once when none has. */
  get ended(): Promise<void> {
    return Promise.resolve(this.#running).then(() => undefined);
  }

  /**
   * Runs the container, again and again while `restart` says so, with the kubelet's pauses. Resolves with its last end,
   * undefined when it was stopped before it ever ran. Called once.
   */
  run(restart: (end: ContainerEnd) => boolean): Promise<ContainerEnd | undefined> {
    this.#running = this.#runs(restart).finally(() => this.#started.resolve());
    return this.#running;
  }

  /** Asks the container to end: SIGTERM, SIGKILL after `graceMs`; resolves when it has ended. No restart after this. */
  async terminate(graceMs: number): Promise<void> {
    this.#stop.abort();
    if (this.#process !== undefined) {
      this.#record('Normal', 'Killing', `Stopping container ${this.container.name}`);
      this.#process.signal('SIGTERM');
    }
    await Promise.race([this.ended, this.#sleep(graceMs, this.ended)]);
    this.kill();
    await this.ended;
  }

  /** Ends the container at once. */
  kill(): void {
    this.#isKilled = true;
    this.#stop.abort();
    this.#process?.signal('SIGKILL');
  }

  async #runs(restart: (end: ContainerEnd) => boolean): Promise<ContainerEnd | undefined> {
    let end: ContainerEnd | undefined;
    for (;;) {
      const startedMs = this.#context.node.clock.monotonicMs();
      end = (await this.#runOnce()) ?? end;
      if (end === undefined || this.#stop.signal.aborted || !restart(end)) return end;
      const pauseMs = this.#backoff.next(this.#context.node.clock.monotonicMs() - startedMs);
      if (pauseMs > 0) {
        const { name } = this.container;
        const message = `back-off ${pauseMs / 1_000}s restarting failed container=${name}`;
        this.#record('Warning', 'BackOff', message);
        this.#update({ waiting: { reason: 'CrashLoopBackOff', message } }, { terminated: end });
        await this.#sleep(pauseMs);
        if (this.#stop.signal.aborted) return end;
      }
      this.#facts = {
        ...this.#facts,
        lastState: { terminated: end },
        restartCount: this.#facts.restartCount + 1,
      };
    }
  }

  /** One start; undefined when it was stopped before. */
  async #runOnce(): Promise<ContainerEnd | undefined> {
    const { node, folder } = this.#context;
    const own = path.join(folder, String(this.#facts.restartCount));
    while (!this.#stop.signal.aborted) {
      try {
        await mkdir(own, { recursive: true });
        return await this.#startAndWait(own);
      } catch (error) {
        if (!(error instanceof MissingConfig || error instanceof MountProblem)) {
          return this.#neverStarted(error instanceof StartProblem ? error.message : errorMessage(error));
        }
        this.#record('Warning', 'Failed', `Error: ${error.message}`);
        this.#update({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
        await node.sources.changed({ within: configRetryMs, clock: node.clock, signal: this.#stop.signal });
      }
    }
    return undefined;
  }

  async #startAndWait(folder: string): Promise<ContainerEnd> {
    const { node, pod, volumes } = this.#context;
    const started = await startContainer(node, pod(), this.container, volumes(), folder, log => {
      this.#previousLog = this.#log;
      this.#log = log;
    });
    const startedAt = wholeSecond(node.clock.now());
    this.#process = started.process;
    this.#record('Normal', 'Started', `Started container ${this.container.name}`);
    this.#update({ running: { startedAt } });
    this.#started.resolve();
    // Stopped while it was starting: nobody could signal it then.
    if (this.#stop.signal.aborted) started.process.signal(this.#isKilled ? 'SIGKILL' : 'SIGTERM');
    const exitCode = await started.process.exited;
    this.#process = undefined;
    const finishedAt = wholeSecond(node.clock.now());
    await Promise.race([started.drained, this.#sleep(outputGraceMs, started.drained)]);
    await started.closeOutput();
    const message = await started.terminationMessage(exitCode);
    const end: ContainerEnd = {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(message === '' ? {} : { message }),
      startedAt,
      finishedAt,
    };
    this.#update({ terminated: end });
    return end;
  }

  #neverStarted(problem: string): ContainerEnd {
    this.#record('Warning', 'Failed', `Error: ${problem}`);
    const end: ContainerEnd = {
      exitCode: 128,
      reason: 'StartError',
      message: problem,
      startedAt: wholeSecond(0),
      finishedAt: wholeSecond(this.#context.node.clock.now()),
    };
    this.#update({ terminated: end });
    return end;
  }

  #update(state: ContainerState, lastState: ContainerState = this.#facts.lastState): void {
    this.#facts = { ...this.#facts, state, lastState };
    this.#context.changed();
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { node, pod, fieldPath } = this.#context;
    node.events.record(pod(), { type, reason, message, fieldPath });
  }

  /** Sleeps until the time is over, `unless` is done, or, without it, the container is stopped. */
  async #sleep(ms: number, unless?: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    void unless?.then(() => done.abort());
    const signal = unless === undefined ? this.#stop.signal : done.signal;
    await this.#context.node.clock.sleep(ms, signal).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }
}
