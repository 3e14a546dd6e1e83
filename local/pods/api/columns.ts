import type { ConfigObject } from '../kubelet/config-sources.ts';
import type { EventObject } from '../kubelet/pod-events.ts';
import { type EmulatedPod, isSidecar } from '../pod.ts';
import type { StoredObject } from './resource-store.ts';
import { shortAge, type TableColumns } from './table.ts';

type Now = () => number;
const name = { name: 'Name', type: 'string', format: 'name' } as const;
const age = { name: 'Age', type: 'string' } as const;

/** podColumns shows Pods as `kubectl get pods` does. */
export function podColumns(now: Now): TableColumns<EmulatedPod> {
  return {
    columns: [
      name,
      { name: 'Ready', type: 'string' },
      { name: 'Status', type: 'string' },
      { name: 'Restarts', type: 'integer' },
      age,
      { name: 'Node', type: 'string', priority: 1 },
    ],
    cells: pod => {
      const mains = pod.status.containerStatuses ?? [];
      const sidecars = pod.spec.initContainers.filter(isSidecar).map(container => container.name);
      const counted = [
        ...mains,
        ...(pod.status.initContainerStatuses ?? []).filter(status => sidecars.includes(status.name)),
      ];
      const total = pod.spec.containers.length + sidecars.length;
      return [
        pod.metadata.name,
        `${counted.filter(status => status.ready).length}/${total}`,
        podStatusWord(pod),
        counted.reduce((sum, status) => sum + status.restartCount, 0),
        shortAge(pod.metadata.creationTimestamp, now()),
        pod.spec.nodeName ?? '<none>',
      ];
    },
  };
}

/** podStatusWord is the STATUS column: the most telling reason there is. */
export function podStatusWord(pod: EmulatedPod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const sidecars = pod.spec.initContainers.filter(isSidecar).map(container => container.name);
  for (const { name: container, state } of initContainerStatuses) {
    if (state?.terminated?.exitCode === 0 || (state?.running && sidecars.includes(container))) continue;
    if (sidecars.includes(container) && pod.status.phase !== 'Pending') continue;
    const reason = state?.terminated?.reason ?? state?.waiting?.reason;
    if (reason !== undefined && reason !== 'PodInitializing') return `Init:${reason}`;
    const done = initContainerStatuses.filter(
      status => status.ready || (status.state?.running && sidecars.includes(status.name)),
    );
    return `Init:${done.length}/${initContainerStatuses.length}`;
  }
  if (pod.status.reason !== undefined) return pod.status.reason;
  for (const { state } of containerStatuses) {
    const reason = state?.waiting?.reason ?? state?.terminated?.reason;
    if (reason !== undefined && !containerStatuses.some(status => status.state?.running)) return reason;
  }
  return pod.status.phase;
}

/** configColumns shows Secrets and ConfigMaps. */
export function configColumns(now: Now, hasType: boolean): TableColumns<ConfigObject> {
  return {
    columns: [
      name,
      ...(hasType ? [{ name: 'Type', type: 'string' } as const] : []),
      { name: 'Data', type: 'integer' },
      age,
    ],
    cells: object => [
      object.metadata.name,
      ...(hasType ? [object.type ?? 'Opaque'] : []),
      Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
      shortAge(object.metadata.creationTimestamp, now()),
    ],
  };
}

/** eventColumns shows events. */
export function eventColumns(now: Now): TableColumns<EventObject> {
  return {
    columns: [
      { name: 'Last Seen', type: 'string' },
      { name: 'Type', type: 'string' },
      { name: 'Reason', type: 'string' },
      { name: 'Object', type: 'string' },
      { name: 'Message', type: 'string' },
    ],
    cells: event => [
      shortAge(event.lastTimestamp, now()),
      event.type,
      event.reason,
      `pod/${event.involvedObject.name}`,
      event.message,
    ],
  };
}

/** namespaceColumns shows namespaces, which are always there. */
export function namespaceColumns(): TableColumns<StoredObject> {
  return {
    columns: [name, { name: 'Status', type: 'string' }],
    cells: object => [object.metadata.name, 'Active'],
  };
}
