import { FaultProxy } from './fault-proxy.ts';
import type { RequestFault } from './faults.ts';

/** A proxy whose requests meet faults in the order of their coming, whatever they ask for. */
export interface PlannedProxy {
  url: string;
  /** `METHOD path?query`, in order of arrival; those that met a fault too. */
  requests: string[];
  /** How many connections have been opened. */
  connections: () => number;
  /** The next requests meet these faults, in order; undefined lets one pass. */
  plan(...faults: (RequestFault | undefined)[]): void;
  close(): Promise<void>;
}

const any = 'any';

/** startPlannedProxy puts a proxy in front of `target` (`http://host:port`). An answer without a body has none. */
export async function startPlannedProxy(target: string): Promise<PlannedProxy> {
  const requests: string[] = [];
  const kindOf = (method: string, url: string): string => {
    requests.push(`${method} ${url}`);
    return any;
  };
  const proxy = await FaultProxy.start({ target, kindOf });
  return {
    url: proxy.url,
    requests,
    connections: () => proxy.connections,
    plan: (...faults) => {
      for (const fault of faults)
        proxy.arm(any, fault?.kind === 'answer' ? { body: '', ...fault } : fault, () => undefined);
    },
    close: () => proxy.stop(),
  };
}
