import { objectKind } from '../functions/death-point.ts';
import type { Channel } from '../schedule/actions.ts';

/** Longer than any resource of ours, whose name alone may have 1,024 bytes. */
const resourceBytes = 4_096;

/** requestKind names a request by what it asks of its server: `watch Pods`, `write outcome.json`, `publish`. */
export function requestKind(channel: Channel, method: string, url: string, body: Buffer): string {
  const { pathname, searchParams } = new URL(url, 'http://server');
  if (channel === 'pubsub') return 'publish';
  if (channel === 'kubernetes') return kubernetesKind(method, pathname, searchParams);
  return pathname.startsWith('/upload/')
    ? `write ${objectKind(uploadedName(body))}`
    : storageKind(method, pathname);
}

/** An upload in several parts begins with the object's resource, as JSON. */
function uploadedName(body: Buffer): string {
  return /"name":"([^"]+)"/.exec(body.toString('latin1', 0, resourceBytes))?.[1] ?? '';
}

function storageKind(method: string, path: string): string {
  const [, encoded = '', action] = /\/o\/([^/]+)(\/compose)?$/.exec(path) ?? [];
  const kind = objectKind(decodeURIComponent(encoded));
  if (action !== undefined) return `compose ${kind}`;
  if (encoded === '') return 'list';
  return method === 'DELETE' ? `delete ${kind}` : `read ${kind}`;
}

function kubernetesKind(method: string, path: string, query: URLSearchParams): string {
  if (path.endsWith('/log')) return query.get('follow') === 'true' ? 'follow log' : 'read log';
  if (path.includes('/events')) return 'list events';
  if (!path.includes('/pods')) return 'other';
  if (method === 'POST') return 'create Pod';
  if (method === 'DELETE') return 'delete Pod';
  if (/\/pods\/[^/]+$/.test(path)) return 'read Pod';
  return query.get('watch') === 'true' ? 'watch Pods' : 'list Pods';
}
