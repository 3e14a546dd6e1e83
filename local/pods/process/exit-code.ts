import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** exitCodeOf gives a child's exit code, 128 + n when signal n ended it, as a container runtime reports it. */
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** exitOf resolves when a child has exited; its pipes may still hold output. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise(resolve => {
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}
