import type { ContainerEnd } from '../kubernetes/pod.ts';

/** Signals by number, on Linux; those that end a process. */
const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
};

/** signalName is the signal that an exit code stands for (128 and its number, as shells and container runtimes report it). */
export function signalName(exitCode: number): string | undefined {
  return signals[exitCode - 128];
}

/** isStartError tells whether a container ended because its command could not be started. */
export function isStartError({ reason }: ContainerEnd): boolean {
  return reason === 'StartError' || reason === 'ContainerCannotRun';
}

/** isUnknownEnd tells whether the kubelet has lost the container: its exit code is then made up. */
export function isUnknownEnd({ reason }: ContainerEnd): boolean {
  return reason === 'ContainerStatusUnknown';
}

/** endText says how a container ended, with the runtime's reason and the container's own message. */
export function endText({ reason, message }: ContainerEnd): string {
  const isTelling = reason !== undefined && reason !== 'Error' && reason !== 'Completed';
  return [isTelling ? reason : '', message?.trim() ?? ''].filter(Boolean).join(': ');
}

/** startErrorText takes what matters out of the runtime's message, which begins with what it was about to do. */
export function startErrorText({ message = '' }: ContainerEnd): string {
  const text = message.trim().replace(/: unknown$/, '');
  return text.replace(/^failed to create containerd task: .*?unable to start container process: /s, '');
}
