import type { EmulatedPod } from '../pod.ts';

/**
 * fieldValue reads what a `fieldRef` names: name, namespace, uid, one label or annotation, all of them (as a downward
 * API file has them), node, service account and addresses. Undefined for a path that Kubernetes does not know.
 */
export function fieldValue(pod: EmulatedPod, path: string): string | undefined {
  const { metadata, spec, status } = pod;
  const one = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (one) return metadata[one[1] === 'labels' ? 'labels' : 'annotations']?.[one[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName;
    case 'status.hostIP':
    case 'status.hostIPs':
      return status.hostIP ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return status.podIP ?? '';
    default:
      return undefined;
  }
}

function lines(map: Record<string, string> = {}): string {
  return Object.keys(map)
    .sort()
    .map(key => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
