import type { AuditedCall } from '../../cluster/support/audit.ts';
import type { Evidence, SeenEvent } from './evidence.ts';

/** Objects that are read at once. */
const readersAtOnce = 16;

/** A bucket that is read as a whole: test/cluster/support/bucket.ts, and whatever else can list and read. */
export interface ReadableBucket {
  list(): Promise<readonly { name: string; componentCount?: number | undefined }[]>;
  read(name: string): Promise<Buffer | undefined>;
}

/** Where the evidence is; a Deployment is one (test/cluster/harness.ts), whose bucket may be on another server. */
export interface Sources {
  bucket: ReadableBucket;
  /** All events so far, repetitions included. Asked again until there are no more. */
  events(): Promise<readonly SeenEvent[]>;
  namespace: { pods(): Promise<readonly { metadata?: { name?: string } }[]> };
  /** Undefined where the API server's audit log cannot be read. */
  audit(): Promise<AuditedCall[] | undefined>;
}

/** What only those know who did it. */
export type KnownFromOutside = Pick<Evidence, 'deletedFromOutside' | 'deletedUnbound' | 'strays'>;

/**
 * collectEvidence reads everything; to be asked when nothing happens any more. Throws when there is no audit log, because a verdict
 * without it would be none.
 */
export async function collectEvidence(
  sources: Sources,
  { deletedFromOutside, deletedUnbound, strays }: KnownFromOutside,
): Promise<Evidence> {
  const calls = await sources.audit();
  if (calls === undefined) throw new Error('The API server has no audit log that could be read.');
  const listed = await sources.bucket.list();
  const pods = (await sources.namespace.pods()).map(({ metadata }) => metadata?.name ?? '');
  return {
    calls,
    objects: await readObjects(sources.bucket, listed),
    composed: new Set(
      listed.flatMap(({ name, componentCount }) => (componentCount === undefined ? [] : [name])),
    ),
    events: await readEvents(sources),
    pods,
    deletedFromOutside: [...deletedFromOutside],
    deletedUnbound: [...deletedUnbound],
    strays: [...strays],
  };
}

async function readObjects(
  bucket: ReadableBucket,
  listed: readonly { name: string }[],
): Promise<Map<string, Buffer>> {
  const objects = new Map<string, Buffer>();
  const queue = listed.map(({ name }) => name).values();
  const reader = async (): Promise<void> => {
    for (const name of queue) {
      const bytes = await bucket.read(name);
      if (bytes !== undefined) objects.set(name, bytes);
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, reader));
  return objects;
}

/** One pull brings a part only, and sometimes nothing although there is more. */
async function readEvents(sources: Pick<Sources, 'events'>): Promise<SeenEvent[]> {
  let seen = await sources.events();
  for (let quiet = 0; quiet < 2; ) {
    const more = await sources.events();
    quiet = more.length === seen.length ? quiet + 1 : 0;
    seen = more;
  }
  return seen.map(({ data, attributes }) => ({ data, attributes }));
}
