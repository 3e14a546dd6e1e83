import { inParallel } from '../../functions/launch/sources/in-parallel.ts';
import { clusterEnvironment } from '../../test/cluster/support/environment.ts';
import { PubSub } from '../../test/cluster/support/pubsub.ts';
import { push } from './push.ts';
import { onFakeNode } from './tasks.ts';

/** So many calls are on their way at a time, of the bare client and of direct pushes. */
export const callsAtOnce = 20;
const publishBatch = 100;

/** When each task was sent: milliseconds since the epoch. */
export type Sent = ReadonlyMap<string, number>;

/** loadTasks makes so many tasks by their ids; `nodeLabels` as in {@link onFakeNode}. */
export function loadTasks(
  name: string,
  count: number,
  nodeLabels: Record<string, string> = {},
): Map<string, object> {
  const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  return new Map(ids.map(id => [id, onFakeNode(id, nodeLabels)]));
}

/** publishAll publishes tasks to a topic, as fast as Pub/Sub takes them. */
export async function publishAll(tasks: ReadonlyMap<string, object>, topic: string): Promise<Sent> {
  const pubsub = new PubSub(clusterEnvironment().pubsub);
  const sent = new Map<string, number>();
  const left = [...tasks];
  while (left.length > 0) {
    const batch = left.splice(0, publishBatch);
    const now = Date.now();
    for (const [id] of batch) sent.set(id, now);
    await pubsub.publish(
      topic,
      batch.map(([, task]) => JSON.stringify(task)),
    );
  }
  return sent;
}

/** pushAll pushes tasks to launch, {@link callsAtOnce} at a time. */
export async function pushAll(tasks: ReadonlyMap<string, object>, url: string): Promise<Sent> {
  const sent = new Map<string, number>();
  await inParallel([...tasks], callsAtOnce, async ([id, task]) => {
    sent.set(id, Date.now());
    await push(url, task);
  });
  return sent;
}
