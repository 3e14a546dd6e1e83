import type { V1Pod } from '@kubernetes/client-node';
import { isoTime } from '../../../shared/time.ts';
import type { Deployment } from '../../cluster/harness.ts';

/** What somebody who is none of the functions does to what is theirs. */
export class Outside {
  /** Names of the Pods that were deleted. */
  readonly deleted: string[] = [];
  /** Those of them that no node had been told to run, once for each such deletion. */
  readonly deletedUnbound: string[] = [];
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** Deletes a Pod that has not ended; false when there is none. */
  async deletePod(draw: number, graceSeconds: number): Promise<boolean> {
    const { namespace } = this.#deployment;
    const name = chosen((await namespace.pods()).filter(isActive), draw)?.metadata?.name;
    if (name === undefined) return false;
    // Before: a deletion whose answer is lost may have happened as well.
    this.deleted.push(name);
    const pod = await namespace.deletePod(name, graceSeconds);
    // When the answer is lost, it counts as one that may have run.
    if (pod !== undefined && pod.spec?.nodeName === undefined) this.deletedUnbound.push(name);
    return true;
  }

  /** Deletes a lease, or writes over it as somebody who will never come back; false when there is none. */
  async disturbLease(how: 'delete' | 'overwrite', draw: number): Promise<boolean> {
    const { bucket } = this.#deployment;
    const lease = chosen(await bucket.list('leases/'), draw);
    if (lease === undefined) return false;
    if (how === 'delete') await bucket.remove(lease.name);
    else await bucket.write(lease.name, draw % 2 === 0 ? 'not a lease' : foreignLease());
    return true;
  }
}

function foreignLease(): string {
  const heartbeat_at = isoTime(Date.now());
  return JSON.stringify({ version: 1, holder: 'nobody', turn: 'nobody', heartbeat_at, closing: false });
}

function isActive({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp === undefined && !/Succeeded|Failed/.test(status?.phase ?? '');
}

function chosen<T>(values: readonly T[], draw: number): T | undefined {
  return values.at(draw % Math.max(1, values.length));
}
