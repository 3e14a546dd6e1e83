import { type EmulatedPod, podManifestSchema } from '../../../local/pods/pod.ts';

/** makePod gives a Pod as the emulator has it after it was scheduled, from a spec as it is posted. */
export function makePod(spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): EmulatedPod {
  const manifest = podManifestSchema.parse({ metadata: { name: 'pod', ...metadata }, spec });
  return {
    metadata: {
      ...manifest.metadata,
      namespace: 'ns',
      uid: '7e57',
      resourceVersion: '1',
      creationTimestamp: '2026-11-23T10:00:00Z',
    },
    spec: { ...manifest.spec, nodeName: 'node' },
    status: { phase: 'Pending', hostIP: '127.0.0.1', podIP: '127.0.0.1', qosClass: 'BestEffort' },
  };
}
