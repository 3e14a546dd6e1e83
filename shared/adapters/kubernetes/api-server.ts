import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import { hasCode, TaskpodError } from '../../errors.ts';
import type { Clock } from '../../time.ts';
import { untilAborted, withDeadline } from '../deadline.ts';
import { type ClusterConnection, kubernetesAgent } from './connection.ts';

/** Where an API server was found, and the connection pool that leads there. */
export interface FoundServer {
  connection: ClusterConnection;
  agent: Dispatcher;
}

/** An API server that is away is not looked for more often than this, whatever number of streams it has cut. */
const findEveryMs = 10_000;
/** A search that takes longer must not keep calls from trying where it was. */
const findMs = 5_000;

/**
 * Knows where an API server is, and looks again when it is not there any more: endpoint, authority or credentials may have changed.
 * What was known stays in use while the search brings nothing, and while nothing has changed its connections stay.
 */
export class ApiServer {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #found: FoundServer;
  #suspected = false;
  #searchedAtMs: number | undefined;
  #search: Promise<void> | undefined;

  constructor(connection: ClusterConnection, clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    this.#found = { connection, agent: kubernetesAgent(connection) };
  }

  /** Where it is. Throws `cluster_unavailable` when a search has found that it is no more, or not for us: not retryable; and `aborted`. */
  async locate(signal: AbortSignal): Promise<FoundServer> {
    if (this.#suspected && this.#isSearchDue()) {
      this.#search ??= this.#searchNow().finally(() => {
        this.#search = undefined;
      });
    }
    if (this.#search !== undefined) await untilAborted(this.#search, signal);
    return this.#found;
  }

  /** It was not reached there: the next call looks for it. What was found since is not meant. */
  suspect(where: FoundServer): void {
    if (where === this.#found) this.#suspected = true;
  }

  /** It answered 401 there: token and place are asked for anew, but not again and again. */
  refused(where: FoundServer): void {
    if (where !== this.#found || !this.#isSearchDue()) return;
    where.connection.forgetHeaders?.();
    this.#suspected = true;
  }

  async close(): Promise<void> {
    await this.#found.agent.destroy();
  }

  #isSearchDue(): boolean {
    const at = this.#searchedAtMs;
    return at === undefined || this.#clock.monotonicMs() - at >= findEveryMs;
  }

  async #searchNow(): Promise<void> {
    const { connection, agent } = this.#found;
    this.#searchedAtMs = this.#clock.monotonicMs();
    this.#suspected = false;
    const { find } = connection;
    if (find === undefined) return;
    try {
      const onTimeout = () =>
        new TaskpodError('cluster_unavailable', 'the cluster was not found in time', { retryable: true });
      // not a caller's signal: all who wait share it
      const deadline = { signal: new AbortController().signal, ms: findMs, onTimeout };
      const now = await withDeadline(deadline, signal => find(signal));
      if (isSamePlace(now, connection)) return;
      this.#found = { connection: now, agent: kubernetesAgent(now) };
      // what still runs there may end there
      agent.close().catch(() => undefined);
    } catch (error) {
      this.#suspected = true;
      if (!hasCode(error, 'cluster_unavailable') || error.retryable) return;
      const { action } = error;
      const message = `the API server cannot be reached any more: ${error.message}`;
      throw new TaskpodError('cluster_unavailable', message, action === undefined ? {} : { action });
    }
  }
}

function isSamePlace(one: ClusterConnection, other: ClusterConnection): boolean {
  return one.server === other.server && isDeepStrictEqual(one.tls, other.tls);
}
