import type { PodLayers } from '../pod-layers.ts';
import { listOf, objectOf, type Sourced, whole } from '../sourced.ts';

/** Tells the autoscaler not to move a task that runs; GKE then lets it run for up to seven days. A task may say otherwise. */
const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

/** defaultLayer is what holds where nothing else is said: namespace, deadline, and no eviction. */
export function defaultLayer({ connection, settings }: PodLayers): Sourced {
  const namespace = connection?.namespace;
  return objectOf('', {
    metadata: objectOf('', {
      namespace: namespace ? whole('kubernetes_conn_id', namespace) : whole('', settings.defaultNamespace),
      annotations: whole('', { [safeToEvict]: 'false' }),
    }),
    spec: whole('', { activeDeadlineSeconds: settings.activeDeadlineSeconds }),
  });
}

/** lastLayer is what holds whatever else is said: a Pod is never restarted, and its sidecar is the last to start before the main container. */
export function lastLayer(sidecar: Sourced | undefined): Sourced {
  return objectOf('', {
    spec: objectOf('', {
      restartPolicy: whole('', 'Never'),
      initContainers: sidecar && listOf('', [sidecar]),
    }),
  });
}
