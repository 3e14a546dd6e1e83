import type { ContainerStatus, PodCondition } from '../../../shared/kubernetes/pod.ts';
import {
  type Container,
  type FullContainerStatus,
  type FullPodStatus,
  isSidecar,
  type PodSpec,
} from '../pod.ts';

/** A container's state: waiting, running or terminated. */
export type ContainerState = NonNullable<ContainerStatus['state']>;

/** What is known of one container. */
export interface ContainerFacts {
  state: ContainerState;
  /** How its earlier start ended, when it was started again. */
  lastState: ContainerState;
  restartCount: number;
}

/** What is known of a Pod's life on the node. */
export interface PodFacts {
  /** RFC 3339: when the node took it. */
  startTime: string;
  /** True once volumes and network are there. */
  isSandboxReady: boolean;
  /** True once every init container is done and every sidecar has started. */
  isInitialized: boolean;
  /** Set when every container has stopped for good; with a reason when the Pod was ended from outside. */
  end?: { reason?: string; message?: string };
  containers: ReadonlyMap<string, ContainerFacts>;
}

/** The address of every Pod: containers share this machine's network. */
const podAddress = '127.0.0.1';

/**
 * podStatus makes the status that a kubelet would report. A terminal phase appears only when everything has stopped,
 * but a main container's end shows at once. `previous` keeps the times of conditions that have not changed.
 */
export function podStatus(
  spec: PodSpec,
  facts: PodFacts,
  previous: readonly PodCondition[],
  now: string,
): FullPodStatus {
  const init = spec.initContainers.map(container => initStatus(container, facts));
  const main = spec.containers.map(container => mainStatus(container, facts));
  const phase = podPhase(main, facts);
  const { reason, message } = facts.end ?? {};
  return {
    phase,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    conditions: conditions(facts, phase, init, main).map(condition => since(condition, previous, now)),
    hostIP: podAddress,
    ...(facts.isSandboxReady ? { podIP: podAddress, podIPs: [{ ip: podAddress }] } : {}),
    startTime: facts.startTime,
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: main,
    qosClass: qosClass(spec),
  };
}

/** scheduledStatus is the status of a Pod that has just been given to the node. */
export function scheduledStatus(spec: PodSpec, now: string): FullPodStatus {
  const condition = { type: 'PodScheduled', status: 'True', lastTransitionTime: now };
  return { phase: 'Pending', conditions: [condition], qosClass: qosClass(spec) };
}

/** qosClass is Guaranteed, Burstable or BestEffort, by the resources of all containers. */
export function qosClass(spec: PodSpec): string {
  const all = [...spec.initContainers, ...spec.containers].map(container => container.resources);
  const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;
  if (all.every(({ limits, requests }) => isEmpty(limits) && isEmpty(requests))) return 'BestEffort';
  const isGuaranteed = all.every(({ limits = {}, requests = {} }) =>
    ['cpu', 'memory'].every(
      name => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name],
    ),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function mainStatus(container: Container, facts: PodFacts): FullContainerStatus {
  const { state, lastState, restartCount } = facts.containers.get(container.name) ?? unknownFacts;
  const isRunning = state.running !== undefined;
  return {
    name: container.name,
    image: container.image,
    imageID: '',
    state,
    lastState,
    restartCount,
    ready: isRunning,
    started: isRunning,
  };
}

function initStatus(container: Container, facts: PodFacts): FullContainerStatus {
  const status = mainStatus(container, facts);
  if (isSidecar(container)) return status;
  return { ...status, ready: status.state?.terminated?.exitCode === 0 };
}

const unknownFacts: ContainerFacts = { state: {}, lastState: {}, restartCount: 0 };

function podPhase(main: readonly FullContainerStatus[], facts: PodFacts): string {
  if (facts.end !== undefined) {
    const hasSucceeded = main.every(({ state }) => state?.terminated?.exitCode === 0);
    return hasSucceeded && facts.end.reason === undefined ? 'Succeeded' : 'Failed';
  }
  const neverStarted = main.some(({ state, lastState }) => state?.waiting && !lastState?.terminated);
  return neverStarted || !facts.isInitialized ? 'Pending' : 'Running';
}

function conditions(
  facts: PodFacts,
  phase: string,
  init: readonly FullContainerStatus[],
  main: readonly FullContainerStatus[],
): PodCondition[] {
  const unready = main.filter(status => !status.ready).map(status => status.name);
  const incomplete = init.filter(status => !status.ready).map(status => status.name);
  const waitsFor = (reason: string, why: string, names: string[]): Partial<PodCondition> =>
    names.length === 0
      ? { status: 'True' }
      : { status: 'False', reason, message: `containers with ${why} status: [${names.join(' ')}]` };
  const ready: Partial<PodCondition> =
    facts.end === undefined
      ? waitsFor('ContainersNotReady', 'unready', unready)
      : { status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  const initialized: Partial<PodCondition> = facts.isInitialized
    ? { status: 'True', ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
    : {
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${incomplete.join(' ')}]`,
      };
  const hasSandbox = facts.isSandboxReady && facts.end === undefined;
  return [
    { type: 'PodReadyToStartContainers', status: hasSandbox ? 'True' : 'False' },
    { type: 'Initialized', status: '', ...initialized },
    { type: 'Ready', status: '', ...ready },
    { type: 'ContainersReady', status: '', ...ready },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function since(condition: PodCondition, previous: readonly PodCondition[], now: string): PodCondition {
  const before = previous.find(({ type }) => type === condition.type);
  const hasChanged = before?.status !== condition.status;
  return { ...condition, lastTransitionTime: hasChanged ? now : (before?.lastTransitionTime ?? now) };
}
