import { z } from 'zod';
import { parseDocument } from '../../shared/document.ts';
import { isRetryable, TaskpodError } from '../../shared/errors.ts';
import { leaseObject } from '../../shared/object-names.ts';
import type { ObjectStore, StoredObject } from '../../shared/ports/store.ts';
import { type Clock, isoTime } from '../../shared/time.ts';

/** Cloud Storage takes about one write per second per object; a heartbeat each 5 s is far below. */
export const heartbeatMs = 5_000;
/** A lease without a heartbeat for this long is free for the taking. */
export const staleMs = 20_000;
const pollMs = 500;

/** `leases/<scope>.json`: who watches a scope. */
const leaseSchema = z.object({
  version: z.literal(1),
  /** Pub/Sub message id of the ticket whose Turn this is. */
  holder: z.string(),
  /** Different for each delivery. */
  turn: z.string(),
  heartbeat_at: z.string(),
  /** The holder is about to leave and lists the scope's Pods a last time. */
  closing: z.boolean(),
});
type LeaseDocument = z.output<typeof leaseSchema>;

/** What a lease needs. */
export interface LeaseDeps {
  store: ObjectStore;
  clock: Clock;
}

/** Who asks for a lease. */
export interface LeaseClaim {
  scope: string;
  messageId: string;
  /** Different for each delivery. */
  turn: string;
}

/**
 * Result of asking: `taken` means that another message's Turn watches the scope, and will see what this message is about
 * (acknowledge); `busy` that an earlier delivery of this very message still works, or that the holder is closing and
 * cannot come to an end of it (do not acknowledge, so that Pub/Sub comes again).
 */
export type LeaseAnswer = { kind: 'acquired'; lease: Lease } | { kind: 'taken' } | { kind: 'busy' };

/**
 * acquireLease takes the lease of a scope with compare-and-swap. A closing lease is waited for; one that this very
 * message holds from an earlier delivery is taken over once its heartbeat is stale.
 */
export async function acquireLease(
  claim: LeaseClaim,
  deps: LeaseDeps,
  signal: AbortSignal,
): Promise<LeaseAnswer> {
  const deadline = deps.clock.monotonicMs() + staleMs + 2 * heartbeatMs;
  for (;;) {
    const current = await deps.store.read(leaseObject(claim.scope), signal);
    const document = current && readLease(current);
    if (document === undefined || !isFresh(document, deps.clock)) {
      const generation = await writeLease(claim, false, current?.generation ?? '0', deps, signal);
      if (generation !== undefined) return { kind: 'acquired', lease: new Lease(claim, generation, deps) };
      continue;
    }
    if (document.holder !== claim.messageId && !document.closing) return { kind: 'taken' };
    if (deps.clock.monotonicMs() >= deadline) return { kind: 'busy' };
    await deps.clock.sleep(pollMs, signal);
  }
}

/** A lease that is held: keeps itself alive while {@link keep} runs. */
export class Lease {
  readonly #claim: LeaseClaim;
  readonly #deps: LeaseDeps;
  #generation: string;
  #closing = false;
  #released = false;
  #last: Promise<void> = Promise.resolve();

  constructor(claim: LeaseClaim, generation: string, deps: LeaseDeps) {
    this.#claim = claim;
    this.#generation = generation;
    this.#deps = deps;
  }

  /**
   * Heartbeats until the signal fires or the lease is released (then returns) or lost (then throws `lease_lost`). A
   * storage outage is no loss: nobody else can take the lease meanwhile, and two Turns at once do no harm (invariant I4).
   */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#released) {
      try {
        await this.#deps.clock.sleep(heartbeatMs, signal);
        await this.#inTurn(() => this.#write(signal));
      } catch (error) {
        if (signal.aborted) return;
        if (!isRetryable(error)) throw error;
      }
    }
  }

  /** Announces that the holder is about to leave, or that it stays after all. Throws `lease_lost`. */
  async setClosing(closing: boolean, signal: AbortSignal): Promise<void> {
    this.#closing = closing;
    await this.#inTurn(() => this.#write(signal));
  }

  /** Gives the lease back; somebody else's is left alone. */
  async release(signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      if (!(await this.#remove(signal)) && (await this.#adopt(signal))) await this.#remove(signal);
      this.#released = true;
    });
  }

  /** Runs one after another, because each write needs the generation of the one before. */
  #inTurn(operation: () => Promise<void>): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(operation);
    return this.#last;
  }

  async #write(signal: AbortSignal): Promise<void> {
    if (this.#released) return;
    const write = () => writeLease(this.#claim, this.#closing, this.#generation, this.#deps, signal);
    const generation = (await write()) ?? ((await this.#adopt(signal)) ? await write() : undefined);
    if (generation === undefined) {
      throw new TaskpodError('lease_lost', `another Turn has taken the lease of ${this.#claim.scope}`);
    }
    this.#generation = generation;
  }

  #remove(signal: AbortSignal): Promise<boolean> {
    const options = { ifGeneration: this.#generation, signal };
    return this.#deps.store.remove(leaseObject(this.#claim.scope), options);
  }

  /** A write of ours that was cut off may have happened all the same: then the lease is still ours. */
  async #adopt(signal: AbortSignal): Promise<boolean> {
    const current = await this.#deps.store.read(leaseObject(this.#claim.scope), signal);
    if (current === undefined || readLease(current)?.turn !== this.#claim.turn) return false;
    this.#generation = current.generation;
    return true;
  }
}

/** A heartbeat far in the future comes from a clock that was wrong: it must not block the scope until then. */
function isFresh(document: LeaseDocument, clock: Clock): boolean {
  return Math.abs(clock.now() - Date.parse(document.heartbeat_at)) < staleMs;
}

function readLease(object: StoredObject): LeaseDocument | undefined {
  try {
    return parseDocument(leaseSchema, object.body.toString('utf8'), object.name);
  } catch {
    // A lease that cannot be read holds nothing: it is replaced like a stale one.
    return undefined;
  }
}

async function writeLease(
  claim: LeaseClaim,
  closing: boolean,
  ifGeneration: string,
  deps: LeaseDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const document: LeaseDocument = {
    version: 1,
    holder: claim.messageId,
    turn: claim.turn,
    heartbeat_at: isoTime(deps.clock.now()),
    closing,
  };
  const body = `${JSON.stringify(document)}\n`;
  return deps.store.replace(leaseObject(claim.scope), body, ifGeneration, {
    contentType: 'application/json',
    signal,
  });
}
