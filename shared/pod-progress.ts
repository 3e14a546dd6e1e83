import type { ContainerEnd, ContainerStatus, Pod } from './kubernetes/pod.ts';

/** containerStatus finds a container's status, init containers included. */
export function containerStatus(pod: Pod, name: string): ContainerStatus | undefined {
  const all = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return all.find(status => status.name === name);
}

/** containerEnd tells how a container ended; undefined while it has not. */
export function containerEnd(pod: Pod, name: string): ContainerEnd | undefined {
  return containerStatus(pod, name)?.state?.terminated;
}

/** hasLog tells whether a container has run at all, so that there is a log to read. */
export function hasLog(pod: Pod, name: string): boolean {
  const state = containerStatus(pod, name)?.state;
  return (
    state?.running !== undefined || (state?.terminated !== undefined && Boolean(state.terminated.startedAt))
  );
}

/** isTerminal tells whether the Pod has its last phase: every container has stopped. */
export function isTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/**
 * hasEnded tells whether nothing of the task runs any more: all main containers have terminated (a native sidecar may
 * still be stopping; see design, "do not wait for the phase") or the Pod has its last phase. Containers that are `ignored`
 * (injected ones, which never end by themselves) are not waited for.
 */
export function hasEnded(pod: Pod, ignored: readonly string[] = []): boolean {
  if (isTerminal(pod)) return true;
  const main = pod.spec.containers.filter(({ name }) => !ignored.includes(name));
  return main.length > 0 && main.every(({ name }) => containerEnd(pod, name) !== undefined);
}

/** hasStarted tells whether every main container that counts runs or has run, whatever an ignored one still waits for. */
export function hasStarted(pod: Pod, ignored: readonly string[]): boolean {
  if ((pod.status.phase ?? 'Pending') !== 'Pending') return true;
  const main = pod.spec.containers.filter(({ name }) => !ignored.includes(name));
  return main.length > 0 && main.every(({ name }) => hasLog(pod, name));
}

/** scheduledAt is when the Pod was bound to a node (RFC 3339); undefined while it is not. */
export function scheduledAt(pod: Pod): string | undefined {
  const condition = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'True' ? (condition.lastTransitionTime ?? undefined) : undefined;
}

/** startedAt is when a container started; undefined when it never did. */
export function startedAt(pod: Pod, name: string): string | undefined {
  const state = containerStatus(pod, name)?.state;
  return (state?.running?.startedAt ?? state?.terminated?.startedAt) || undefined;
}
