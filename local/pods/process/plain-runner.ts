import { spawn } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { exitOf } from './exit-code.ts';
import { rewritePaths } from './path-rewrite.ts';
import { type ProcessRunner, type ProcessSpec, type RunningProcess, StartProblem } from './process.ts';
import { killGroup, type Reaper } from './reaper.ts';

/** plainRunner runs containers as plain processes, each in its own process group, where there are no namespaces. */
export function plainRunner(reaper: Reaper): ProcessRunner {
  return {
    notice:
      'Pods run as plain processes of this machine, without isolation: images are not used, and mount paths are ' +
      'replaced by folders in commands, arguments and variables, but not inside scripts. For real paths use Linux ' +
      'with user namespaces (unshare of util-linux), or a real cluster: taskpod local --context NAME',
    start: (spec, output) => start(reaper, spec, output),
  };
}

async function start(reaper: Reaper, spec: ProcessSpec, output: number): Promise<RunningProcess> {
  const rewrite = (text: string): string => rewritePaths(text, spec.mounts);
  const home = path.join(spec.folder, 'home');
  await mkdir(home, { recursive: true });
  const [command = '', ...args] = spec.argv.map(rewrite);
  const env = Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, rewrite(value)]));
  if (spec.env.HOME === '/root') env.HOME = home;
  const workingDir = spec.workingDir === undefined ? home : rewrite(spec.workingDir);
  const isThere = await stat(workingDir).catch(() => undefined);
  const child = spawn(command, args, {
    cwd: isThere?.isDirectory() ? workingDir : home,
    env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  const exited = exitOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', error => reject(startProblem(command, error)));
  });
  reaper.watch(child);
  return {
    // What the first process leaves behind ends with it, as in a container.
    exited: exited.finally(() => killGroup(child)),
    signal: name => (name === 'SIGKILL' ? killGroup(child) : child.kill(name)),
  };
}

function startProblem(command: string, error: NodeJS.ErrnoException): StartProblem {
  const why: Record<string, string> = {
    ENOENT: command.includes('/')
      ? `stat ${command}: no such file or directory`
      : 'executable file not found in $PATH',
    EACCES: 'permission denied',
  };
  const reason = why[error.code ?? ''] ?? error.message;
  return new StartProblem(`unable to start container process: exec: "${command}": ${reason}`);
}
