import type { ObjectInfo } from '../../../../shared/ports/store.ts';
import { MemoryStore } from '../../../fakes/memory-store.ts';

/** A memory store that keeps a record of its writes, and can hold them back or let them fail. */
export class LogBucket extends MemoryStore {
  /** Every write, as `<method> <name>`. */
  readonly writes: string[] = [];
  /** Awaited before each write. */
  before: () => Promise<void> = async () => undefined;

  constructor() {
    super();
    this.fault = async (call, moment) => {
      if (moment !== 'before' || !/^(create|compose|remove) /.test(call)) return;
      await this.before();
      this.writes.push(call);
    };
  }

  /** What a listing of everything tells. */
  listing(): Promise<ObjectInfo[]> {
    return Array.fromAsync(this.list('', { signal: new AbortController().signal }));
  }
}
