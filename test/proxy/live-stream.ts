import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { StreamFault } from './faults.ts';

/** The event by which an API server ends a watch whose beginning it no longer has. */
export const expiredEvent = `${JSON.stringify({
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'too old resource version',
    reason: 'Expired',
    code: 410,
  },
})}\n`;

/** An answer that is being passed on. */
export class LiveStream {
  readonly request: string;
  readonly #response: ServerResponse;
  #isSilent = false;

  constructor(request: string, response: ServerResponse) {
    this.request = request;
    this.#response = response;
  }

  /** Passes a body on as it comes; ends when either side does. After `limit.bytes` its fault happens. */
  async pass(body: AsyncIterable<Buffer>, limit?: { bytes: number; fault: StreamFault }): Promise<void> {
    let left = limit?.bytes ?? Number.POSITIVE_INFINITY;
    for await (const chunk of body) {
      if (this.#response.destroyed) return;
      if (this.#isSilent) continue;
      const now = chunk.subarray(0, left);
      left -= now.length;
      if (!this.#response.write(now)) await this.#drained();
      if (left === 0 && limit) await this.meet(limit.fault);
    }
    // A shorter body than that meets its fault at its end, so that it is not whole.
    if (limit && left > 0) await this.meet(limit.fault);
    else if (!this.#isSilent) this.#response.end();
  }

  /** Who has left reads nothing more. */
  async #drained(): Promise<void> {
    const over = new AbortController();
    const { signal } = over;
    const either = ['drain', 'close'].map(event => once(this.#response, event, { signal }));
    await Promise.race(either).catch(() => undefined);
    over.abort();
    await Promise.allSettled(either);
  }

  /** Lets a fault happen to it now. */
  async meet(fault: StreamFault): Promise<void> {
    if (fault === 'fall silent') {
      this.#isSilent = true;
      return;
    }
    if (fault === 'expire') {
      this.#response.end(expiredEvent);
      return;
    }
    // What was written before the cut arrives.
    await new Promise<void>(resolve => this.#response.write('', () => resolve()));
    this.#response.socket?.resetAndDestroy();
  }

  /** Ends one that says nothing any more. */
  endSilence(): void {
    if (this.#isSilent) this.#response.destroy();
  }
}
