import type { Mount } from '../kubelet/mounts.ts';

/** What a container's process is started from. */
export interface ProcessSpec {
  /** A folder of this machine for this start alone; it exists and is empty. */
  folder: string;
  hostname: string;
  /** The command and its arguments, expanded. */
  argv: string[];
  /** Its whole environment. */
  env: Record<string, string>;
  /** Default: the root folder. */
  workingDir?: string;
  mounts: Mount[];
}

/** A container's process. */
export interface RunningProcess {
  /** Resolves with the exit code, 128 + n after signal n, when it and all its children have ended. */
  exited: Promise<number>;
  /** SIGTERM goes to the container's first process, as from a kubelet; SIGKILL ends all of it. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** A way to run containers on this machine. */
export interface ProcessRunner {
  /** What a person should know of this way. */
  notice: string;
  /** Starts a process whose output goes to `output`, a file descriptor. Throws {@link StartProblem}. */
  start(spec: ProcessSpec, output: number): Promise<RunningProcess>;
}

/** A container that could not be started; the message is close to the container runtime's. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
