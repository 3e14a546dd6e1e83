import type { RequestFault } from './faults.ts';

/** A fault that waits for the next request of a kind; undefined lets that request pass. */
interface Armed {
  request: string;
  fault: RequestFault | undefined;
  met: () => void;
}

/** Faults that wait for requests, in the order in which they were armed. */
export class ArmedFaults {
  #armed: Armed[] = [];

  /** `met` is told when a request has met it. */
  arm(request: string, fault: RequestFault | undefined, met: () => void): void {
    this.#armed.push({ request, fault, met });
  }

  /** The fault that a request of this kind meets now. */
  take(request: string): RequestFault | undefined {
    const index = this.#armed.findIndex(armed => armed.request === request);
    const [armed] = index < 0 ? [] : this.#armed.splice(index, 1);
    armed?.met();
    return armed?.fault;
  }

  clear(): void {
    this.#armed = [];
  }
}
