import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills every process group it was told of as soon as its standard input ends: it ends with the process that holds the
 * other end, however that process dies.
 */
const script = `
groups=
while read -r sign group; do
  rest=
  for known in $groups; do [ "$known" = "$group" ] || rest="$rest $known"; done
  groups=$rest
  [ "$sign" = + ] && groups="$groups $group"
done
for group in $groups; do kill -9 "-$group"; done
`;

/** Sees to it that no container outlives this process. */
export class Reaper {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = spawn('/bin/sh', ['-c', script], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    // Nothing is lost when it cannot be started or was killed: then containers end by close() alone.
    this.#child.on('error', () => {});
    this.#child.stdin?.on('error', () => {});
  }

  /** The process group that a detached child leads; watched until the child's exit. */
  watch(child: ChildProcess): void {
    const group = child.pid;
    if (group === undefined) return;
    this.#child.stdin?.write(`+ ${group}\n`);
    child.once('exit', () => this.#child.stdin?.write(`- ${group}\n`));
  }

  /** Kills what is left. */
  close(): void {
    this.#child.stdin?.end();
  }
}

/** killGroup ends the process group that a detached child leads; nothing happens when it is gone. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
