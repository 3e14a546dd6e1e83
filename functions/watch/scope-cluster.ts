import { scopeName } from '../../shared/names.ts';

/** clusterOfScope finds the cluster that a scope is of, whatever number of shards there were when it was named; undefined when it is of none of them. */
export function clusterOfScope(
  scope: string,
  { clusters, bucket }: { clusters: readonly string[]; bucket: string },
): string | undefined {
  const shard = /-(\d{1,9})$/.exec(scope)?.[1];
  if (shard === undefined) return undefined;
  return clusters.find(cluster => scopeName(cluster, bucket, Number(shard)) === scope);
}
