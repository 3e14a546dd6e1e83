import type { ContainerEnd, Pod } from '../kubernetes/pod.ts';
import type { PodEvent } from '../kubernetes/pod-event.ts';
import { containerEnd } from '../pod-progress.ts';
import { endText, isStartError, isUnknownEnd, signalName, startErrorText } from './container-end.ts';
import { disruption } from './disruption.ts';
import { type Diagnosis, diagnosis } from './reasons.ts';
import { statusText } from './waiting.ts';

/** What is known of a Pod that has ended or is gone. */
export interface EndedPod {
  /** The last version seen. */
  pod: Pod;
  baseContainer: string;
  /** The API server has no such Pod any more. */
  gone: boolean;
  events: readonly PodEvent[];
  /** Containers whose end does not count. */
  ignored: readonly string[];
  /** Exit codes of the base container that mean "skip". */
  skipOnExitCode: readonly number[];
}

/** explainEnd explains a Pod that has ended (pod-progress.ts hasEnded), was deleted or is gone. */
export function explainEnd(ended: EndedPod): Diagnosis {
  const { pod, baseContainer, skipOnExitCode } = ended;
  const found = containerEnd(pod, baseContainer);
  const base = found && !isUnknownEnd(found) ? found : undefined;
  const extra = failedExtra(ended);
  if (base?.exitCode === 0 && !extra) return success(base);
  if (base && base.exitCode !== 0 && skipOnExitCode.includes(base.exitCode)) {
    const summary = `Pod ${pod.metadata.name} returned exit code ${base.exitCode}. Skipping.`;
    return diagnosis('skipped_by_exit_code', { summary, exitCode: base.exitCode });
  }
  const disrupted = disruption(pod, base?.exitCode ?? null);
  if (disrupted) return disrupted;
  if (base && base.exitCode !== 0) return explainContainer(base, 'The container', ended);
  if (base && extra) return explainExtra(extra, base);
  return explainWithoutBase(ended, found);
}

function success(base: ContainerEnd): Diagnosis {
  const detail =
    base.reason === 'OOMKilled'
      ? 'A process of the container was killed because the container used more memory than its limit; the container itself went on.'
      : '';
  return diagnosis('completed', { summary: 'The task succeeded.', detail, exitCode: 0 });
}

/** KubernetesPodOperator fails when the Pod's phase is Failed, and that is when any main container has failed. */
function failedExtra({
  pod,
  baseContainer,
  ignored,
}: EndedPod): { name: string; end: ContainerEnd } | undefined {
  for (const { name } of pod.spec.containers) {
    if (name === baseContainer || ignored.includes(name)) continue;
    const end = containerEnd(pod, name);
    if (end && end.exitCode !== 0) return { name, end };
  }
  return undefined;
}

function explainContainer(end: ContainerEnd, who: string, { events }: Pick<EndedPod, 'events'>): Diagnosis {
  const { exitCode } = end;
  if (end.reason === 'OOMKilled') return outOfMemory(end, who);
  if (isStartError(end)) {
    return diagnosis('start_error', {
      summary: `${who} could not be started.`,
      detail: startErrorText(end),
      exitCode,
    });
  }
  const signal = signalName(exitCode);
  if (signal !== undefined) {
    return diagnosis('killed_by_signal', {
      summary: `${who} was killed by ${signal} (exit code ${exitCode}).`,
      detail: [endText(end), probeText(events)].filter(Boolean).join('; '),
      exitCode,
    });
  }
  return diagnosis('exit_code', {
    summary: `${who} exited with code ${exitCode}${shellMeaning(exitCode)}.`,
    detail: endText(end),
    exitCode,
  });
}

function outOfMemory(end: ContainerEnd, who: string): Diagnosis {
  const summary =
    signalName(end.exitCode) === 'SIGKILL'
      ? `${who} used more memory than its limit and was killed.`
      : `A process was killed because ${who.toLowerCase()} used more memory than its limit; it then exited with code ${end.exitCode}.`;
  return diagnosis('oom_killed', { summary, detail: end.message, exitCode: end.exitCode });
}

/** What a POSIX shell says by these codes. */
function shellMeaning(exitCode: number): string {
  if (exitCode === 126) return ', by which a shell says that a command cannot be executed';
  return exitCode === 127 ? ', by which a shell says that it has not found a command' : '';
}

/** A probe that fails makes the kubelet kill the container; the status does not tell. */
function probeText(events: readonly PodEvent[]): string {
  const failed = events.filter(({ reason }) => reason === 'Unhealthy').at(-1);
  return failed?.message.trim().replace(/:$/, '') ?? '';
}

function explainExtra({ name, end }: { name: string; end: ContainerEnd }, base: ContainerEnd): Diagnosis {
  const signal = signalName(end.exitCode);
  return diagnosis('extra_container_failed', {
    summary: `The task’s container exited with code 0, but the container ${name} exited with code ${end.exitCode}${signal ? ` (${signal})` : ''}.`,
    detail: isStartError(end) ? startErrorText(end) : endText(end),
    exitCode: base.exitCode,
  });
}

function explainWithoutBase(ended: EndedPod, lost: ContainerEnd | undefined): Diagnosis {
  const { pod, gone } = ended;
  const failedInit = pod.status.initContainerStatuses?.find(
    ({ state }) => (state?.terminated?.exitCode ?? 0) !== 0,
  );
  const end = failedInit?.state?.terminated;
  if (failedInit && end && pod.status.phase === 'Failed') return explainInit(failedInit.name, end);
  if (gone) {
    return diagnosis('pod_lost', {
      summary: 'The Pod vanished before its end was seen.',
      detail: statusText(pod),
    });
  }
  if (lost) {
    return diagnosis('pod_lost', {
      summary: 'The node has lost the container before its end was seen.',
      detail: endText(lost),
    });
  }
  if (pod.status.reason) {
    return diagnosis('not_admitted', {
      summary: `The node did not admit the Pod: ${pod.status.reason}.`,
      detail: pod.status.message,
    });
  }
  return diagnosis('pod_failed', {
    summary: 'The Pod failed before its container ran.',
    detail: statusText(pod),
  });
}

function explainInit(name: string, end: ContainerEnd): Diagnosis {
  const who = `The init container ${name}`;
  if (end.reason === 'OOMKilled') return outOfMemory(end, who);
  const signal = signalName(end.exitCode);
  return diagnosis('init_container_failed', {
    summary: isStartError(end)
      ? `${who} could not be started.`
      : `${who} exited with code ${end.exitCode}${signal ? ` (${signal})` : ''}.`,
    detail: isStartError(end) ? startErrorText(end) : endText(end),
    exitCode: end.exitCode,
  });
}
