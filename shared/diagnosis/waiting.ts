import type { ContainerStatus, Pod } from '../kubernetes/pod.ts';
import type { PodEvent } from '../kubernetes/pod-event.ts';
import { imageProblem } from './image-problem.ts';
import type { ReasonCode } from './reasons.ts';

/** What keeps a Pod that has a node from starting. */
export interface StartProblem {
  reason: ReasonCode;
  /**
   * `now`: trying again does not help. `soon`: only if somebody mends it, and the kubelet looks again. `later`: it may pass
   * by itself.
   */
  fails: 'now' | 'soon' | 'later';
  /** Null: it is about the whole Pod. */
  container: string | null;
  /** For how long the kubelet has failed of it again and again, as events tell; undefined: they were not asked. */
  failingMs?: number;
  /** One sentence. */
  summary: string;
  /** The kubelet's words. */
  detail: string;
}

type Found = Pick<StartProblem, 'reason' | 'fails' | 'summary'>;

/**
 * startProblem finds what keeps a Pod from starting: in the states of its containers, init containers first, and, where these
 * tell nothing, in its events (volumes). Undefined when nothing is wrong so far, or nothing is known.
 */
export function startProblem(
  pod: Pod,
  events: readonly PodEvent[],
  ignored: readonly string[] = [],
): StartProblem | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const found = ignored.includes(status.name) ? undefined : containerProblem(status, events);
    if (found) return found;
  }
  return volumeProblem(events);
}

function containerProblem({ name, image = '', state }: ContainerStatus, events: readonly PodEvent[]) {
  const { reason = '', message = '' } = state?.waiting ?? {};
  // Kubernetes before 1.32 tells only in an event why it has backed off.
  const words =
    reason === 'ImagePullBackOff' && !message.includes('ErrImagePull') ? pullEvent(events, name) : message;
  const found = waitingProblem(reason, words ?? message, name, image);
  return (
    found && { ...found, container: name, detail: [reason, words ?? message].filter(Boolean).join(': ') }
  );
}

function pullEvent(events: readonly PodEvent[], container: string): string | undefined {
  const pulls = events.filter(
    event => event.container === container && /^Failed to pull image/.test(event.message),
  );
  return pulls.at(-1)?.message;
}

function waitingProblem(reason: string, message: string, name: string, image: string): Found | undefined {
  switch (reason) {
    case 'InvalidImageName':
      return {
        reason: 'image_name_invalid',
        fails: 'now',
        summary: `The image’s name of ${name} is not valid.`,
      };
    case 'ErrImageNeverPull':
      return {
        reason: 'image_not_present',
        fails: 'now',
        summary: `The image of ${name} is not on the node, and image_pull_policy is Never.`,
      };
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ImageInspectError':
    case 'RegistryUnavailable':
      return pullProblem(message, name, image);
    case 'CreateContainerConfigError':
      return configProblem(message, name);
    case 'CreateContainerError':
      return {
        reason: 'container_create_error',
        fails: /deadline exceeded|is reserved|connection refused|unavailable|timed out/i.test(message)
          ? 'later'
          : 'soon',
        summary: `The container ${name} cannot be created.`,
      };
    case 'RunContainerError':
      return { reason: 'start_error', fails: 'soon', summary: `The container ${name} cannot be started.` };
    default:
      return undefined;
  }
}

function pullProblem(message: string, name: string, image: string): Found {
  const { reason, permanent } = imageProblem(message);
  const which = image === '' ? `of ${name}` : `${image} of ${name}`;
  const texts = {
    image_not_found: `The image ${which} does not exist.`,
    image_not_allowed: `The registry refuses the image ${which}.`,
    image_pull_failed: `The image ${which} cannot be pulled.`,
    registry_unavailable: `The registry of the image ${which} cannot be reached.`,
    registry_rate_limited: `The registry of the image ${which} has had too many requests.`,
  };
  return { reason, fails: permanent ? 'now' : 'later', summary: texts[reason] };
}

/** Of a container's environment; the words are those of the kubelet, and the same in a volume's event. */
function configProblem(message: string, name: string): Found {
  const missing = missingObject(message);
  if (missing) return { ...missing, fails: 'soon' };
  return {
    reason: 'container_config_error',
    fails: /timed out|failed to sync/i.test(message) ? 'later' : 'soon',
    summary: `The configuration of the container ${name} is not valid.`,
  };
}

function missingObject(message: string): Pick<Found, 'reason' | 'summary'> | undefined {
  const [, kind = '', name] = /\b(secret|configmap) "([^"]+)" not found/i.exec(message) ?? [];
  if (name !== undefined) {
    return kind.toLowerCase() === 'secret'
      ? { reason: 'secret_missing', summary: `The secret "${name}" does not exist.` }
      : { reason: 'config_map_missing', summary: `The ConfigMap "${name}" does not exist.` };
  }
  const [, key, object, where] = /find key (\S+) in (Secret|ConfigMap) (\S+)/.exec(message) ?? [];
  if (key !== undefined) {
    return {
      reason: 'key_missing',
      summary: `The ${object} "${where?.split('/').at(-1)}" has no key "${key}".`,
    };
  }
  const [, noKey] = /non-existent (?:secret|config) key: (\S+)/.exec(message) ?? [];
  if (noKey === undefined) return undefined;
  return { reason: 'key_missing', summary: `A secret or ConfigMap of a volume has no key "${noKey}".` };
}

function volumeProblem(events: readonly PodEvent[]): StartProblem | undefined {
  const failed = events.filter(({ reason }) => reason === 'FailedMount' || reason === 'FailedAttachVolume');
  // The newest says what is wrong now; the kubelet's own time-outs say nothing.
  const telling = failed.filter(({ message }) => !/timed out waiting for the condition/.test(message));
  const last = (telling.length > 0 ? telling : failed).toSorted(byTime).at(-1);
  if (!last) return undefined;
  const detail = `${last.reason}: ${last.message}`;
  const missing = missingObject(last.message);
  if (missing) return { ...missing, fails: 'soon', container: null, failingMs: spanMs(last), detail };
  const summary = 'A volume of the Pod cannot be mounted.';
  return { reason: 'volume_mount_failed', fails: 'later', container: null, summary, detail };
}

/** spanMs is the time between the first and the last of the failures that an event counts; 0 when it does not tell. */
export function spanMs({ first_at, last_at }: PodEvent): number {
  const ms = Date.parse(last_at ?? '') - Date.parse(first_at ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}

function byTime(a: PodEvent, b: PodEvent): number {
  return (a.last_at ?? '') < (b.last_at ?? '') ? -1 : 1;
}

/** waitingText says what a Pod that has not started is waiting for. */
export function waitingText(pod: Pod): string {
  const scheduled = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return [scheduled.reason, scheduled.message].filter(Boolean).join(': ');
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  const waiting = [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }) =>
    state?.waiting && state.waiting.reason !== 'PodInitializing' ? [{ name, ...state.waiting }] : [],
  );
  const texts = waiting.map(
    ({ name, reason, message }) => `${name}: ${[reason, message].filter(Boolean).join(': ')}`,
  );
  return texts.join('; ') || statusText(pod);
}

/** statusText is all that a Pod's status says of the Pod as a whole. */
export function statusText(pod: Pod): string {
  const { phase, reason, message } = pod.status;
  return [`phase ${phase ?? 'unknown'}`, reason, message].filter(Boolean).join(', ');
}
