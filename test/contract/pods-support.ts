import { randomBytes } from 'node:crypto';
import type { V1PodSpec } from '@kubernetes/client-node';
import { hasCode } from '../../shared/errors.ts';
import type { ContainerEnd, Pod, PodManifest } from '../../shared/kubernetes/pod.ts';
import type { LogRequest, PodChange, Pods } from '../../shared/ports/pods.ts';
import { systemClock } from '../../shared/time.ts';

/** A cluster as the suite gets it. */
export interface PodsUnderTest {
  pods: Pods;
  /** A namespace for this suite alone. */
  namespace: string;
  /** Makes a Secret or ConfigMap in the namespace. */
  createConfig(
    resource: 'secrets' | 'configmaps',
    name: string,
    content: Record<string, unknown>,
  ): Promise<void>;
  close(): Promise<void>;
}

/** The bound of every wait in the suites: a busy cluster is slow, but not this slow. */
export const waitMs = 60_000;
export const deadline = (): AbortSignal => AbortSignal.timeout(waitMs);

/** A name that no other test has. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** A container that runs a shell script in an image that every test cluster has. */
export function shell(
  name: string,
  script: string,
  more: Partial<V1PodSpec['containers'][number]> = {},
): V1PodSpec['containers'][number] {
  const image = { image: 'busybox:1.35', imagePullPolicy: 'IfNotPresent' };
  return { name, ...image, command: ['sh', '-c', script], ...more };
}

const readiness = { name: 'ready', mountPath: '/scratch/ready' };

/** The volume in which sidecars tell that they can be told to end. */
export const readyVolume = { name: readiness.name, emptyDir: {} };

/** A sidecar that says goodbye when it is told to end. What it writes to stderr comes in the order of its writing. */
export function sidecar(name: string, goodbye: string): V1PodSpec['containers'][number] {
  const ready = `touch ${readiness.mountPath}/${name}`;
  const script = `exec 2>&1; trap '${goodbye}; exit 0' TERM; ${ready}; while :; do sleep 600 & wait $!; done`;
  return shell(name, script, { restartPolicy: 'Always', volumeMounts: [readiness] });
}

/** A main container that runs its script when these sidecars can be told to end: before, SIGTERM would just kill them. */
export function mainBeside(
  sidecars: string[],
  script: string,
  volumeMounts: { name: string; mountPath: string }[] = [],
): V1PodSpec['containers'][number] {
  const waits = sidecars.map(name => `until [ -e ${readiness.mountPath}/${name} ]; do sleep 0.1; done; `);
  return shell('base', `${waits.join('')}${script}`, { volumeMounts: [readiness, ...volumeMounts] });
}

/** A Pod that is never restarted and does not wait long for its end. */
export function manifest(
  namespace: string,
  name: string,
  spec: V1PodSpec,
  labels: Record<string, string> = {},
): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations: {} },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 2, ...spec },
  };
}

/** Posts a Pod that must be accepted. */
export async function createPod(
  { pods, namespace }: PodsUnderTest,
  name: string,
  spec: V1PodSpec,
  labels?: Record<string, string>,
): Promise<Pod> {
  const result = await pods.create(namespace, manifest(namespace, name, spec, labels), deadline());
  if (result.kind !== 'created') throw new Error(`POST ${name}: ${JSON.stringify(result)}`);
  return result.pod;
}

/** Follows the watch until one Pod is as wanted; throws with its last status when that does not happen in time. */
export async function podWhen(
  { pods, namespace }: PodsUnderTest,
  name: string,
  isWanted: (pod: Pod) => boolean,
): Promise<Pod> {
  const signal = deadline();
  let last: Pod | undefined;
  try {
    const listed = await pods.list(namespace, '', signal);
    last = listed.pods.find(pod => pod.metadata.name === name);
    if (last !== undefined && isWanted(last)) return last;
    for await (const change of pods.watch(namespace, '', listed.resourceVersion, signal)) {
      if (change.type === 'BOOKMARK' || change.pod.metadata.name !== name) continue;
      last = change.pod;
      if (isWanted(last)) return last;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`Pod ${name} did not become as wanted; last: ${JSON.stringify(last?.status)}`);
}

/** Waits for the Pod's terminal phase. */
export function ended(under: PodsUnderTest, name: string): Promise<Pod> {
  return podWhen(under, name, pod => ['Succeeded', 'Failed'].includes(pod.status.phase ?? ''));
}

/** Waits until a main container runs. */
export function running(under: PodsUnderTest, name: string): Promise<Pod> {
  return podWhen(
    under,
    name,
    pod => pod.status.containerStatuses?.some(status => status.state?.running) === true,
  );
}

/** How a container ended, without its times. */
export function endOf(
  pod: Pod,
  container: string,
): Omit<ContainerEnd, 'startedAt' | 'finishedAt'> | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const all = [...initContainerStatuses, ...containerStatuses];
  const state = all.find(status => status.name === container)?.state?.terminated;
  if (state === undefined) return undefined;
  const { startedAt: _started, finishedAt: _finished, ...end } = state;
  return end;
}

/** One line of a log with the runtime's time. */
export interface LogLine {
  time: string;
  text: string;
}

/** Reads a log to its end; waits, within its deadline, while the container has not started. */
export async function readLog(
  { pods, namespace }: PodsUnderTest,
  request: Omit<LogRequest, 'namespace'>,
): Promise<string> {
  const signal = deadline();
  for (;;) {
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of await pods.openLog({ namespace, ...request }, signal)) pieces.push(piece);
      return Buffer.concat(pieces).toString('utf8');
    } catch (error) {
      // A kubelet that has not heard of a new Pod yet says that it is not found.
      const isEarly = hasCode(error, 'not_found') && request.follow;
      if (!isEarly && !hasCode(error, 'log_not_ready')) throw error;
      await systemClock.sleep(100, signal);
    }
  }
}

/** Follows a container's log until it has said "ready". */
export async function saysReady({ pods, namespace }: PodsUnderTest, name: string): Promise<void> {
  const log = await pods.openLog({ namespace, pod: name, container: 'base', follow: true }, deadline());
  let said = '';
  for await (const piece of log) {
    said += Buffer.from(piece).toString('utf8');
    if (said.includes('ready')) return;
  }
  throw new Error(`${name} ended before it was ready: ${said}`);
}

/** Takes a log apart; the text keeps its newline. */
export function logLines(log: string): LogLine[] {
  return log.split(/(?<=\n)/).map(line => {
    const [time = ''] = line.split(' ', 1);
    return { time, text: line.slice(time.length + 1) };
  });
}

/** The log as the container wrote it. */
export function logText(log: string): string {
  return logLines(log)
    .map(line => line.text)
    .join('');
}

/** Collects changes of one Pod until one is wanted as the last. */
export async function changesUntil(
  changes: AsyncIterable<PodChange>,
  name: string,
  isLast: (change: Exclude<PodChange, { type: 'BOOKMARK' }>) => boolean,
): Promise<Exclude<PodChange, { type: 'BOOKMARK' }>[]> {
  const seen: Exclude<PodChange, { type: 'BOOKMARK' }>[] = [];
  for await (const change of changes) {
    if (change.type === 'BOOKMARK' || change.pod.metadata.name !== name) continue;
    seen.push(change);
    if (isLast(change)) break;
  }
  return seen;
}
