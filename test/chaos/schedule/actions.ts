import type { RequestFault, StreamFault } from '../../proxy/faults.ts';
import type { DeathPoint } from '../functions/death-point.ts';

/** One of the two functions. */
export type ServiceName = 'launch' | 'watch';

/** Servers whose answers can be faulty, as seen by the functions. */
export type Channel = 'kubernetes' | 'storage' | 'pubsub';

/** What happens to a push on its way from Pub/Sub to a function. */
export type PushFault =
  /** Reaches the function twice at once. */
  | { kind: 'duplicate' }
  /** Reaches it again so much later, long acknowledged. */
  | { kind: 'late'; ms: number }
  | { kind: 'delay'; ms: number }
  | { kind: 'lose answer' }
  | { kind: 'refuse' }
  /** The instance that gets it is killed so much later. */
  | { kind: 'kill'; afterMs: number };

/**
 * One thing that is done to the system. What depends on what there is at that moment, such as which Pod, is chosen by `draw`
 * among what there is.
 */
export type Action =
  /** The next request of this kind meets the fault. */
  | { do: 'request'; service: ServiceName; channel: Channel; request: string; fault: RequestFault }
  /** A stream of this kind that is open now; where there is none, the next one. */
  | { do: 'stream'; service: ServiceName; request: string; fault: StreamFault; draw: number }
  /** The next push meets the fault. */
  | { do: 'push'; service: ServiceName; fault: PushFault }
  /** An instance dies at the next call of this kind. */
  | { do: 'die'; service: ServiceName; death: DeathPoint }
  | { do: 'kill'; service: ServiceName; draw: number }
  /** SIGTERM, kill -9 after ten seconds; another instance serves at once. */
  | { do: 'terminate'; service: ServiceName; draw: number }
  | { do: 'scale'; service: ServiceName; instances: number }
  | { do: 'lease'; how: 'delete' | 'overwrite'; draw: number }
  | { do: 'delete Pod'; draw: number; graceSeconds: number }
  | { do: 'restart'; part: 'apiserver' | 'etcd'; downMs: number }
  /** All tokens for Kubernetes end at once. */
  | { do: 'end tokens' };

/** When something is done: milliseconds from the beginning of the run. */
export interface ScheduledAction {
  atMs: number;
  action: Action;
}

/** How an action is counted: what it is done to, what is done, and to which request or at which point. */
export interface ActionName {
  group: 'kubernetes' | 'storage' | 'pubsub' | 'push' | 'process' | 'death' | 'outside' | 'server';
  fault: string;
  about: string;
}

/** nameOf is the name under which an action is counted. */
export function nameOf(action: Action): ActionName {
  switch (action.do) {
    case 'request': {
      const { fault, channel, request } = action;
      return {
        group: channel,
        fault: fault.kind === 'answer' ? `${fault.status}` : fault.kind,
        about: request,
      };
    }
    case 'stream':
      return { group: 'kubernetes', fault: `${action.fault}, while open`, about: action.request };
    case 'push':
      return { group: 'push', fault: action.fault.kind, about: action.service };
    case 'die':
      return {
        group: 'death',
        fault: action.death.moment,
        about: `${action.service}: ${action.death.point}`,
      };
    case 'kill':
      return { group: 'process', fault: 'kill -9', about: action.service };
    case 'terminate':
      return { group: 'process', fault: 'SIGTERM', about: action.service };
    case 'scale':
      return { group: 'process', fault: 'other number of instances', about: action.service };
    case 'lease':
      return { group: 'outside', fault: action.how, about: 'lease' };
    case 'delete Pod':
      return { group: 'outside', fault: 'delete', about: 'Pod' };
    case 'restart':
      return { group: 'server', fault: 'kill -9 and start', about: action.part };
    case 'end tokens':
      return { group: 'kubernetes', fault: 'end all tokens', about: 'any' };
  }
}
