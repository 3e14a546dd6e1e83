import { createHash } from 'node:crypto';
import type { Attempt, RunKey } from './run.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** shortHash is a lower-case base32 digest (5 bits a character) of several parts that cannot run into one another. */
export function shortHash(parts: readonly string[], length: number): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Array.from(digest.subarray(0, length), byte => alphabet[byte & 31]).join('');
}

/**
 * podName is the name of an attempt's Pod: a readable prefix and a hash, at most 63 characters, DNS-1123; a pure
 * function of the attempt and of the deployment's bucket, so that a second POST of the same attempt is a 409.
 */
export function podName(readable: string, attempt: Attempt, bucket: string): string {
  const map = attempt.mapIndex === undefined ? '' : String(attempt.mapIndex);
  const hash = shortHash(
    [bucket, attempt.dagId, attempt.runId, attempt.taskId, map, String(attempt.tryNumber)],
    12,
  );
  const prefix = readable
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63 - 1 - hash.length)
    .replace(/^-+|-+$/g, '');
  return prefix === '' ? `task-${hash}` : `${prefix}-${hash}`;
}

/** shardOf spreads runs over the configured number of shards by a hash of the run key. */
export function shardOf(run: RunKey, shards: number): number {
  const key = JSON.stringify([run.dagId, run.runId, run.taskId, run.mapIndex ?? -1]);
  return createHash('sha256').update(key).digest().readUInt32BE(0) % shards;
}

/**
 * scopeName names a cluster and a shard of one deployment: fit for a label value and an object name. The hash keeps
 * two deployments (buckets) on one cluster, and clusters of the same short name, apart.
 */
export function scopeName(cluster: string, bucket: string, shard: number): string {
  const short = (cluster.split('/').at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 40)
    .replace(/^-+/, '');
  return `${short || 'cluster'}-${shortHash([cluster, bucket], 8)}-${shard}`;
}

/**
 * safeLabelValue makes a Kubernetes label value of any text, as Airflow does: unsafe characters are dropped, and a
 * value that was changed or is too long ends in a hash of the original.
 * Source: make_safe_label_value in apache-airflow-providers-cncf-kubernetes.
 */
export function safeLabelValue(text: string): string {
  const safe = text.replace(/^[^a-z0-9A-Z]*|[^a-zA-Z0-9_\-.]|[^a-z0-9A-Z]*$/g, '');
  if (safe.length <= 63 && safe === text) return safe;
  const hash = createHash('md5').update(text).digest('hex').slice(0, 9);
  return `${safe.slice(0, 63 - hash.length - 1)}-${hash}`.replace(/^[^a-z0-9A-Z]+/, '');
}
