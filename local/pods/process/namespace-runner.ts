import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Mount } from '../kubelet/mounts.ts';
import { exitOf } from './exit-code.ts';
import { type HostTree, hostMounts, isWithin } from './host-tree.ts';
import { type ProcessRunner, type ProcessSpec, type RunningProcess, StartProblem } from './process.ts';
import { killGroup, type Reaper } from './reaper.ts';
import { planRoot, type RootPlan, RootPlanProblem } from './root-plan.ts';
import { fstab, type ProcMode, rootScript } from './root-script.ts';

/** What the namespace runner needs. */
export interface NamespaceOptions {
  /** An empty folder on which every container's root is mounted, each in its own mount namespace. */
  root: string;
  host: HostTree;
  proc: ProcMode;
  reaper: Reaper;
}

const unshareArguments = [
  ...['--user', '--map-root-user', '--mount', '--pid', '--uts', '--ipc'],
  ...['--fork', '--kill-child', '--', '/bin/sh'],
];
/** A mount of a dead file server can hang. */
const startDeadlineMs = 30_000;
/** The script's own tools; the container's PATH replaces it. */
const toolPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** namespaceRunner runs containers in Linux namespaces by util-linux's unshare: no root, no image, real mount paths. */
export function namespaceRunner(options: NamespaceOptions): ProcessRunner {
  return {
    notice:
      'Pods run as processes of this machine, in Linux namespaces: images are not used, commands come from this ' +
      'machine (read-only), volumes have their real paths, the network is this machine’s.',
    start: (spec, output) => start(options, spec, output),
  };
}

async function start(options: NamespaceOptions, spec: ProcessSpec, output: number): Promise<RunningProcess> {
  const script = await prepare(options, spec);
  const child = spawn('unshare', [...unshareArguments, script], {
    stdio: ['ignore', output, output, 'pipe'],
    env: { PATH: toolPath },
    detached: true,
  });
  options.reaper.watch(child);
  const exited = exitOf(child);
  const failed = new Promise<string>(resolve => {
    child.once('error', error => resolve(`unshare: ${error.message}`));
  });
  const deadline = setTimeout(() => killGroup(child), startDeadlineMs);
  const report = await Promise.race([
    readReport(child),
    failed.then(problem => ({ pid: undefined, problem })),
  ]);
  clearTimeout(deadline);
  await rm(script, { force: true });
  if (report.problem !== undefined) {
    killGroup(child);
    throw new StartProblem(`unable to start container process: ${report.problem}`);
  }
  return {
    exited,
    signal: name => (name === 'SIGKILL' ? killGroup(child) : terminate(report.pid)),
  };
}

/** Makes all files that the start needs; the script is readable by nobody else, because env values stand in it. */
async function prepare({ root, host, proc }: NamespaceOptions, spec: ProcessSpec): Promise<string> {
  const at = (name: string): string => path.join(spec.folder, name);
  const own = await ownMounts(spec, host);
  const targets = new Set(spec.mounts.map(mount => mount.target));
  let plan: RootPlan;
  try {
    plan = planRoot(host, [...own.filter(mount => !targets.has(mount.target)), ...spec.mounts]);
  } catch (error) {
    if (error instanceof RootPlanProblem) throw new StartProblem(error.message);
    throw error;
  }
  const skeleton = at('skeleton');
  await mkdir(skeleton);
  for (const entry of plan.skeleton) {
    const target = path.join(skeleton, entry.path);
    if (entry.kind === 'dir') await mkdir(target, { recursive: true });
    else if (entry.kind === 'file') await writeFile(target, '');
    else await symlink(entry.to, target);
  }
  for (const point of plan.pointsInSources) {
    if (point.kind === 'dir') await mkdir(point.source, { recursive: true });
    else await mkdir(path.dirname(point.source), { recursive: true }).then(() => writeFile(point.source, ''));
  }
  const fstabFile = at('fstab');
  await writeFile(fstabFile, fstab({ root, plan }));
  const scriptFile = at('start.sh');
  const script = rootScript({
    root,
    skeleton,
    fstabFile,
    plan,
    hostMounts: hostMounts(),
    proc,
    hostname: spec.hostname,
    workingDir: spec.workingDir ?? '/',
    argv: spec.argv,
    env: spec.env,
  });
  await writeFile(scriptFile, script, { mode: 0o600 });
  return scriptFile;
}

/** Folders that a container writes to and that must not be the host's. */
async function ownMounts(spec: ProcessSpec, host: HostTree): Promise<Mount[]> {
  const mounts: Mount[] = [];
  const own = async (target: string, mode: number): Promise<string> => {
    const source = path.join(spec.folder, 'own', target);
    await mkdir(source, { recursive: true });
    await chmod(source, mode);
    mounts.push({ target, source, kind: 'dir', readOnly: false, owned: true });
    return source;
  };
  await own('/tmp', 0o1777);
  await own('/root', 0o700);
  await own('/dev/shm', 0o1777);
  if (host.kind('/var/tmp') === 'dir') await own('/var/tmp', 0o1777);
  // A runtime creates a working folder that the image does not have.
  const { workingDir = '/' } = spec;
  const isMounted = [...mounts, ...spec.mounts].some(mount => isWithin(workingDir, mount.target));
  if (!isMounted && host.kind(workingDir) === 'absent') await own(workingDir, 0o755);
  const hosts = path.join(spec.folder, 'hosts');
  const known = await readFile('/etc/hosts', 'utf8').catch(() => '127.0.0.1\tlocalhost\n');
  await writeFile(hosts, `${known}127.0.0.1\t${spec.hostname}\n`);
  mounts.push({ target: '/etc/hosts', source: hosts, kind: 'file', readOnly: false, owned: true });
  const run = await own('/run', 0o755);
  // The resolver's configuration is often a link into /run, which is not shown.
  const resolver = await realpath('/etc/resolv.conf').catch(() => undefined);
  if (resolver?.startsWith('/run/')) {
    const copy = path.join(run, resolver.slice('/run/'.length));
    await mkdir(path.dirname(copy), { recursive: true });
    await copyFile(resolver, copy);
  }
  return mounts;
}

/** Until the last line, not the end: unshare itself keeps the pipe open as long as it lives. */
async function readReport(child: ChildProcess): Promise<{ pid: number | undefined; problem?: string }> {
  let text = '';
  const pipe = child.stdio[3];
  if (pipe instanceof Readable) {
    for await (const chunk of pipe) {
      text += chunk;
      if (text.endsWith('\nrun\n')) break;
    }
  }
  const lines = text.split('\n').filter(Boolean);
  const pid = Number(/^pid (\d+)$/.exec(lines[0] ?? '')?.[1]);
  if (lines.at(-1) === 'run') return { pid };
  const problems = lines.filter(line => !line.startsWith('pid '));
  return { pid, problem: problems.join('; ') || 'no namespace could be made' };
}

function terminate(pid: number | undefined): void {
  if (pid === undefined || Number.isNaN(pid)) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
