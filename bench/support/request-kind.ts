/** What a request to Cloud Storage or Pub/Sub is. */
export type RequestKind = 'create' | 'compose' | 'read' | 'list' | 'delete' | 'publish' | 'other';

/** requestKind tells it from the method and the path with its query, as the two JSON APIs have them. */
export function requestKind(method: string, pathAndQuery: string): RequestKind {
  const [path = ''] = pathAndQuery.split('?', 1);
  if (path.endsWith(':publish')) return 'publish';
  if (path.startsWith('/upload/storage/')) return 'create';
  if (!path.startsWith('/storage/v1/b/')) return 'other';
  if (method === 'POST') return path.endsWith('/compose') ? 'compose' : 'create';
  if (method === 'DELETE') return 'delete';
  return path.endsWith('/o') ? 'list' : 'read';
}
