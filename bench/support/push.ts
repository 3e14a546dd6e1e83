import { randomUUID } from 'node:crypto';

/** pushBody makes the body of a Pub/Sub push that carries a JSON document. */
export function pushBody(document: object): string {
  const data = Buffer.from(JSON.stringify(document)).toString('base64');
  const message = { messageId: randomUUID(), publishTime: new Date().toISOString(), data, attributes: {} };
  return JSON.stringify({ message, subscription: 'projects/lab-project/subscriptions/bench' });
}

/** push sends a document to a function as Pub/Sub would, and waits for its answer; throws when that is no acknowledgement. */
export async function push(url: string, document: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: pushBody(document),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} to a push: ${text}`);
}
