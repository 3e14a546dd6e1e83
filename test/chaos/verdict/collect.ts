import type { AuditedCall } from '../../cluster/support/audit.ts';
import type { Evidence, SeenEvent } from './evidence.ts';

/** Objects read at once. */
const readersAtOnce = 16;

/** A bucket that is read as a whole: test/cluster/support/bucket.ts, and whatever else can list and read. */
export interface ReadableBucket {
  list(): Promise<readonly { name: string }[]>;
  read(name: string): Promise<Buffer | undefined>;
}

/** Where the evidence is; a Deployment is one (test/cluster/harness.ts). */
export interface Sources {
  bucket: ReadableBucket;
  /** All events so far, repetitions included. */
  events(): Promise<readonly SeenEvent[]>;
  namespace: { pods(): Promise<readonly { metadata?: { name?: string } }[]> };
  /** Undefined where the API server's audit log cannot be read. */
  audit(): Promise<AuditedCall[] | undefined>;
}

/**
 * collectEvidence reads everything, when nothing happens any more. Throws when there is no audit log, because a verdict without it
 * would be none.
 */
export async function collectEvidence(
  { bucket, events, namespace, audit }: Bound<Sources>,
  deletedFromOutside: readonly string[],
): Promise<Evidence> {
  const calls = await audit();
  if (calls === undefined) throw new Error('The API server has no audit log that could be read.');
  const pods = (await namespace.pods()).map(({ metadata }) => metadata?.name ?? '');
  return { calls, objects: await readAll(bucket), events: [], pods, deletedFromOutside: [...deletedFromOutside] };
}
